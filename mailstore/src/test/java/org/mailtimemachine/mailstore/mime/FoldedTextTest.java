package org.mailtimemachine.mailstore.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FoldedTextTest {

  private static final Pattern TOO_MANY_MARKS = Pattern.compile("(\\p{M}{30})\\p{M}++");
  private static final Pattern NONSPACING = Pattern.compile("\\p{Mn}+");

  /** What the folding is, said as one: the Catalogue holds text that was folded so. */
  private static String reference(String text) {
    String bounded = TOO_MANY_MARKS.matcher(text).replaceAll("$1");
    String decomposed = Normalizer.normalize(bounded, Normalizer.Form.NFKD);
    String folded = decomposed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    return NONSPACING.matcher(folded).replaceAll("").replace('ς', 'σ');
  }

  /** The same, with white space as one space. */
  static String spacedReference(String text) {
    StringBuilder spaced = new StringBuilder();
    for (char c : reference(text).toCharArray()) {
      boolean white = c <= ' ' || c == '\u00a0' || Character.isWhitespace(c);
      if (!white || spaced.isEmpty() || spaced.charAt(spaced.length() - 1) != ' ') {
        spaced.append(white ? ' ' : c);
      }
    }
    return spaced.toString();
  }

  @Test
  void caseAndAccentsMakeNoDifference() {
    assertThat(FoldedText.of("Perché ΣΟΦΟΣ Straße"))
        .isEqualTo(FoldedText.of("PERCHE σοφος STRASSE"));
  }

  /** Ordering them takes the square of their number: minutes, for a message of a megabyte. */
  @Test
  void aLetterWithHundredsOfThousandsOfMarksIsALetter() {
    assertThat(FoldedText.of("e" + "\u0301\u0316".repeat(300_000) + "f")).isEqualTo("ef");
    assertThat(FoldedText.of("e" + "\u0345\u302e".repeat(300_000) + "f")).hasSize(32);
  }

  @Test
  void eachCharacterIsFoldedAsUnicodeSays() {
    List<String> differ =
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
            .mapToObj(Character::toString)
            .filter(character -> !FoldedText.of(character).equals(reference(character)))
            .map(character -> Integer.toHexString(character.codePointAt(0)))
            .toList();
    assertThat(differ).isEmpty();
  }

  @Test
  void textIsFoldedAlikeCharacterByCharacterAndAsAWhole() {
    long seed = 20_261_122;
    Random random = new Random(seed);
    int[] marks =
        IntStream.rangeClosed(0, 0x1ffff)
            .filter(c -> Character.toString(c).matches("\\p{M}"))
            .toArray();
    String[] kinds = {
      "aZ .\r\n\t", "éßﬁİΣςΆᾳÅ℡Ⅷ", "한국어が漢ﾊﾞ", "\u2028\u1680\u00a0\u2003", "😀𝐀\ud83d"
    };
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(12); length >= 0; length--) {
        switch (random.nextInt(4)) {
          case 0 -> text.appendCodePoint(marks[random.nextInt(marks.length)]);
          case 1 -> text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
          case 2 -> text.append("\u0301\u0345".repeat(random.nextInt(20)));
          default -> {
            String kind = kinds[random.nextInt(kinds.length)];
            text.append(kind.charAt(random.nextInt(kind.length())));
          }
        }
      }
      String whole = text.toString();
      assertThat(FoldedText.of(whole)).as("seed %d: %s", seed, whole).isEqualTo(reference(whole));
      assertThat(FoldedText.spaced(whole).toString())
          .as("seed %d, spaced: %s", seed, whole)
          .isEqualTo(spacedReference(whole));
    }
  }

  @Test
  void aWordIsFoundWhereverItStands() {
    FoldedText text = FoldedText.spaced("The  QUICK\r\n\tbrown föx");
    assertThat(List.of("the quick", "quick brown", "fox", "x", "n f")).allMatch(text::contains);
    assertThat(List.of("foxx", "quick  brown", "z")).noneMatch(text::contains);
    assertThat(FoldedText.spaced("").contains("a")).isFalse();
  }
}
