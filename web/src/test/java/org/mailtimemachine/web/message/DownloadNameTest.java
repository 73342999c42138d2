package org.mailtimemachine.web.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DownloadNameTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Lunch|attachment; filename=\"Lunch.eml\"; filename*=UTF-8''Lunch.eml",
        "Re: a/b\\c \"d\"|attachment; filename=\"Re a b c d.eml\"; filename*=UTF-8''Re%20a%20b%20c%20d.eml",
        "Caffè 100%|attachment; filename=\"Caff_ 100_.eml\"; filename*=UTF-8''Caff%C3%A8%20100%25.eml",
        "''|attachment; filename=\"message.eml\"; filename*=UTF-8''message.eml",
        "...|attachment; filename=\"message.eml\"; filename*=UTF-8''message.eml",
        "nul|attachment; filename=\"_nul.eml\"; filename*=UTF-8''_nul.eml",
      })
  void aSubjectBecomesAFileName(String subject, String header) {
    assertThat(DownloadName.attachmentBySubject(subject)).isEqualTo(header);
  }

  @Test
  void noHeaderCanBeSmuggledIn() {
    assertThat(DownloadName.attachment("a\r\nSet-Cookie: b=c\u202e.txt"))
        .isEqualTo(
            "attachment; filename=\"aSet-Cookie b=c.txt\"; filename*=UTF-8''aSet-Cookie%20b%3Dc.txt");
  }

  @Test
  void aLongSubjectKeepsTheEnding() {
    assertThat(DownloadName.attachmentBySubject("è".repeat(1000)))
        .endsWith(".eml")
        .hasSizeLessThan(1100);
  }
}
