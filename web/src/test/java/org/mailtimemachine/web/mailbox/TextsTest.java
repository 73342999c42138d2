package org.mailtimemachine.web.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mime.MessageNote;

class TextsTest {

  private static ResourceBundle bundle(Locale locale) {
    return ResourceBundle.getBundle("org.mailtimemachine.web.mailbox.webmail", locale);
  }

  @Test
  void everyTextIsThereInEveryLanguage() {
    for (Locale language : Preferences.LANGUAGES) {
      assertThat(bundle(language).getLocale()).isEqualTo(language);
      assertThat(bundle(language).keySet())
          .containsExactlyInAnyOrderElementsOf(bundle(Locale.ENGLISH).keySet());
    }
  }

  @Test
  void everyTextIsAFormatWithTheSamePlaces() {
    for (Locale language : Preferences.LANGUAGES) {
      for (String key : bundle(language).keySet()) {
        String text = bundle(language).getString(key);
        String english = bundle(Locale.ENGLISH).getString(key);

        assertThat(text).as(key).isNotBlank().doesNotContain("'");
        assertThat(new MessageFormat(text, language).getFormatsByArgumentIndex())
            .as(key)
            .hasSameSizeAs(new MessageFormat(english, Locale.ENGLISH).getFormatsByArgumentIndex());
      }
    }
  }

  @Test
  void everyNoteOnAMessageHasItsSentence() {
    for (MessageNote note : MessageNote.values()) {
      assertThat(bundle(Locale.ENGLISH).getString("note." + note.name()))
          .isEqualTo(note.sentence());
    }
  }
}
