package org.mailtimemachine.mailstore.mime;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What one character becomes when text is folded, looked up rather than worked out: a page of a
 * table is made when the first of its 256 characters is met. Pages are filled by several threads
 * without a lock, which all write the same numbers and immutable Strings.
 */
final class FoldedCharacter {

  private static final Pattern NONSPACING = Pattern.compile("\\p{Mn}+");

  private static final int KNOWN = 1 << 31;

  /** It is a mark ({@code \p{M}}), whatever it becomes. */
  static final int MARK = 1 << 30;

  /** It becomes nothing, or more than one character: {@link #several} says what. */
  static final int SEVERAL = 1 << 29;

  /**
   * It stays, and marks beside it may be put before it: a text that has it is only to be folded as
   * a whole.
   */
  static final int MOVES = 1 << 28;

  /** Of what was looked up: the character that it becomes. */
  static final int ONE = (1 << 21) - 1;

  private static final int PAGES = (Character.MAX_CODE_POINT + 1) >> 8;
  private static final int[][] NUMBERS = new int[PAGES][];
  private static final String[][] STRINGS = new String[PAGES][];

  private FoldedCharacter() {}

  /** The character that it becomes, or {@link #SEVERAL}, with what else is known of it. */
  static int of(int character) {
    int[] page = NUMBERS[character >> 8];
    if (page != null) {
      int known = page[character & 0xff];
      if (known != 0) {
        return known;
      }
    }
    return look(character);
  }

  /** What it becomes. */
  static String several(int character) {
    String[] page = STRINGS[character >> 8];
    String known = page == null ? null : page[character & 0xff];
    return known != null ? known : whole(Character.toString(character));
  }

  /** A text of several characters, of which none has more marks than Unicode puts in order. */
  static String whole(String text) {
    String decomposed = Normalizer.normalize(text, Normalizer.Form.NFKD);
    String folded = decomposed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    // Java writes a sigma at the end of a word in its other form.
    return NONSPACING.matcher(folded).replaceAll("").replace('ς', 'σ');
  }

  private static int look(int character) {
    String text = Character.toString(character);
    String folded = whole(text);
    boolean one = folded.codePointCount(0, folded.length()) == 1;
    boolean mark =
        switch (Character.getType(character)) {
          case Character.NON_SPACING_MARK,
              Character.COMBINING_SPACING_MARK,
              Character.ENCLOSING_MARK ->
              true;
          default -> false;
        };
    int number =
        KNOWN
            | (mark ? MARK : 0)
            | (mark && !folded.isEmpty() && moves(text) ? MOVES : 0)
            | (one ? folded.codePointAt(0) : SEVERAL);
    int page = character >> 8;
    if (!one) {
      String[] strings = STRINGS[page];
      if (strings == null) {
        strings = new String[256];
        STRINGS[page] = strings;
      }
      strings[character & 0xff] = folded;
    }
    int[] numbers = NUMBERS[page];
    if (numbers == null) {
      numbers = new int[256];
      NUMBERS[page] = numbers;
    }
    numbers[character & 0xff] = number;
    return number;
  }

  /** Whether its canonical combining class is not zero: a mark of the lowest or highest passes. */
  private static boolean moves(String mark) {
    return !Normalizer.isNormalized(mark + "\u0334", Normalizer.Form.NFD)
        || !Normalizer.isNormalized("\u0345" + mark, Normalizer.Form.NFD);
  }
}
