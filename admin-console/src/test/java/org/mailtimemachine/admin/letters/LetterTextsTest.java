package org.mailtimemachine.admin.letters;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.MessageFormat;
import java.util.Arrays;
import java.util.Locale;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;

class LetterTextsTest {

  private static ResourceBundle bundle(Locale locale) {
    return ResourceBundle.getBundle("org.mailtimemachine.admin.letters.letters", locale);
  }

  @Test
  void everyTextIsThereInBothLanguagesWithTheSamePlaces() {
    ResourceBundle english = bundle(Locale.ENGLISH);
    ResourceBundle italian = bundle(Locale.ITALIAN);
    assertThat(italian.getLocale()).isEqualTo(Locale.ITALIAN);
    assertThat(italian.keySet()).containsExactlyInAnyOrderElementsOf(english.keySet());
    for (String key : english.keySet()) {
      for (ResourceBundle words : Arrays.asList(english, italian)) {
        assertThat(words.getString(key)).as(key).isNotBlank().doesNotContain("'");
      }
      assertThat(new MessageFormat(italian.getString(key)).getFormatsByArgumentIndex())
          .as(key)
          .hasSameSizeAs(new MessageFormat(english.getString(key)).getFormatsByArgumentIndex());
    }
  }
}
