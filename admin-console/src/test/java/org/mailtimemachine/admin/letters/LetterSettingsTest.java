package org.mailtimemachine.admin.letters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LetterSettingsTest {

  private static LetterSettings of(Map<String, String> settings) {
    return LetterSettings.of(name -> Optional.ofNullable(settings.get(name)));
  }

  @Test
  void theSettingsOfAHostAreRead() {
    LetterSettings settings =
        of(
            Map.of(
                "mtm.mail.smtp", "[::1]:2525",
                "mtm.mail.from", "backup@example.org",
                "mtm.mail.administrators", "root@example.org, second@example.org",
                "mtm.console.url", "https://mail.example.org/admin"));
    assertThat(settings.smtp()).contains(new LetterSettings.SmtpServer("::1", 2525));
    assertThat(settings.administrators())
        .containsExactlyInAnyOrder("root@example.org", "second@example.org");
    assertThat(settings.console()).contains(URI.create("https://mail.example.org/admin/"));
    assertThat(of(Map.of("mtm.mail.smtp", "localhost")).smtp())
        .contains(new LetterSettings.SmtpServer("localhost", 25));
  }

  @ParameterizedTest
  @CsvSource({
    "mtm.mail.smtp, localhost:smtp",
    "mtm.mail.smtp, :25",
    "mtm.mail.from, nobody",
    "mtm.mail.administrators, 'root@example.org, nobody'",
    "mtm.mail.language, fr",
    "mtm.console.url, javascript:alert(1)",
    "mtm.webmail.url, /mail",
    "mtm.zone, Nowhere/City",
    "mtm.admin.open-messages, true",
  })
  void aWrongOneNamesItself(String name, String value) {
    assertThatThrownBy(() -> of(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name);
  }
}
