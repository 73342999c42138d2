package org.mailtimemachine.mailstore.mime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnseenTextTest {

  private static final String HOSTILE =
      "pay\u200bpal\u202e gnp.exe\u2066\ufeff\u0000\u001b\r\u2028\u00ad";

  @Test
  void whatNobodySeesOrWhatTurnsWordsAroundIsFoundAndGoes() {
    assertThat(UnseenText.isIn(HOSTILE)).isTrue();
    assertThat(UnseenText.removedFrom(HOSTILE)).isEqualTo("paypal gnp.exe");
    assertThat(UnseenText.markedIn("a\u202eb\u200dc")).isEqualTo("a\ufffdb\ufffdc");
  }

  @Test
  void wordsOfAllScriptsLinesAndTabsStay() {
    String text =
        "Grüße\n\t\u05e9\u05dc\u05d5\u05dd, \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \ud83d\udc69\u200d\ud83d\ude80";
    assertThat(UnseenText.isIn(text)).isFalse();
    assertThat(UnseenText.removedFrom(text)).isEqualTo(text);
  }
}
