package org.mailtimemachine.mailstore.mime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FoldedTextTest {

  @Test
  void caseAndAccentsMakeNoDifference() {
    assertThat(FoldedText.of("Perché ΣΟΦΟΣ Straße"))
        .isEqualTo(FoldedText.of("PERCHE σοφος STRASSE"));
  }

  /** Ordering them takes the square of their number: minutes, for a message of a megabyte. */
  @Test
  void aLetterWithHundredsOfThousandsOfMarksIsALetter() {
    assertThat(FoldedText.of("e" + "\u0301\u0316".repeat(300_000) + "f")).isEqualTo("ef");
  }
}
