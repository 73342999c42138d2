package org.mailtimemachine.mailstore.mime;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Text for comparing whatever the case: the folding of IMAP's {@code i;unicode-casemap} (RFC 5051)
 * but by lower case and without combining marks, so "perche" is found in "Perché".
 */
public final class FoldedText {

  /**
   * More marks on one letter than any language has: Unicode's stream-safe text allows thirty (UAX
   * 15, 13). To put them in order takes the square of their number, and a stranger sends them.
   */
  private static final int MOST_MARKS = 30;

  private static final Pattern TOO_MANY_MARKS =
      Pattern.compile("(\\p{M}{" + MOST_MARKS + "})\\p{M}++");

  /** Below it nothing is white but ASCII's and the space that does not break. */
  private static final char FIRST_WIDE_SPACE = '\u1680';

  private char[] chars;
  private int length;

  private FoldedText(String text) {
    chars = new char[text.length() + 16];
    if (!fold(text)) {
      chars = FoldedCharacter.whole(TOO_MANY_MARKS.matcher(text).replaceAll("$1")).toCharArray();
      length = chars.length;
    }
  }

  /** The text folded; what was folded stays as it is. */
  public static String of(String text) {
    if (ascii(text)) {
      return text.toLowerCase(Locale.ROOT);
    }
    FoldedText folded = new FoldedText(text);
    return new String(folded.chars, 0, folded.length);
  }

  /** The text folded, with white space as one space, so that a phrase is found across lines. */
  static FoldedText spaced(String text) {
    FoldedText folded = new FoldedText(text);
    folded.space();
    return folded;
  }

  /** Whether a word is in it: one that is folded and spaced itself, and not empty. */
  boolean contains(String word) {
    char first = word.charAt(0);
    int last = length - word.length();
    for (int i = 0; i <= last; i++) {
      if (chars[i] == first && startsAt(i, word)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return new String(chars, 0, length);
  }

  private boolean startsAt(int at, String word) {
    for (int i = 1; i < word.length(); i++) {
      if (chars[at + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Character by character; false where that cannot be. */
  private boolean fold(String text) {
    char[] source = text.toCharArray();
    int marks = 0;
    for (int i = 0; i < source.length; i++) {
      char c = source[i];
      if (c < 0x80) {
        marks = 0;
        append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
        continue;
      }
      int character = c;
      if (Character.isSurrogate(c)) {
        character = Character.codePointAt(source, i);
        i += Character.charCount(character) - 1;
      }
      int becomes = FoldedCharacter.of(character);
      marks = (becomes & FoldedCharacter.MARK) != 0 ? marks + 1 : 0;
      if (marks > MOST_MARKS) {
        continue;
      }
      if ((becomes & FoldedCharacter.MOVES) != 0) {
        return false;
      }
      append(character, becomes);
    }
    return true;
  }

  private void append(int character, int becomes) {
    if ((becomes & FoldedCharacter.SEVERAL) != 0) {
      String several = FoldedCharacter.several(character);
      for (int i = 0; i < several.length(); i++) {
        append(several.charAt(i));
      }
      return;
    }
    int one = becomes & FoldedCharacter.ONE;
    if (Character.isBmpCodePoint(one)) {
      append((char) one);
    } else {
      append(Character.highSurrogate(one));
      append(Character.lowSurrogate(one));
    }
  }

  private void append(char c) {
    if (length == chars.length) {
      chars = Arrays.copyOf(chars, 2 * length);
    }
    chars[length++] = c;
  }

  private void space() {
    int spaced = 0;
    boolean space = false;
    for (int i = 0; i < length; i++) {
      char c = chars[i];
      if (white(c)) {
        space = true;
        continue;
      }
      if (space) {
        chars[spaced++] = ' ';
        space = false;
      }
      chars[spaced++] = c;
    }
    if (space) {
      chars[spaced++] = ' ';
    }
    length = spaced;
  }

  private static boolean white(char c) {
    return c <= ' ' || c == '\u00a0' || (c >= FIRST_WIDE_SPACE && Character.isWhitespace(c));
  }

  /** Whether it has no character beyond ASCII. */
  static boolean ascii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7f) {
        return false;
      }
    }
    return true;
  }
}
