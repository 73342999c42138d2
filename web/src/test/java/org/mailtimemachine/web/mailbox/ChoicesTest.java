package org.mailtimemachine.web.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailtimemachine.snapshot.catalogue.MailboxPreferences;

class ChoicesTest {

  @Test
  void choicesAreReadBackFromTheirText() {
    Choices choices =
        Choices.NONE.with(
            Map.of("language", "it", "zone", "America/Argentina/Ushuaia", "folders", "312"));

    assertThat(choices.text()).isEqualTo("language=it zone=America/Argentina/Ushuaia folders=312");
    assertThat(Choices.parse(choices.text())).isEqualTo(choices);
  }

  @Test
  void whatIsUsualIsNoChoice() {
    Choices choices = Choices.NONE.with(Map.of("theme", "dark"));

    assertThat(choices.with(Map.of("theme", "auto"))).isEqualTo(Choices.NONE);
    assertThat(Choices.NONE.get(Preference.ROWS)).isEqualTo("50");
  }

  @ParameterizedTest
  @CsvSource({
    "language, de",
    "language, IT",
    "zone, Middle/Earth",
    "zone, '../../etc/passwd'",
    "zone, 'Europe/Rome\"><script>'",
    "theme, 'dark;background:url(//example.org)'",
    "layout, ''",
    "rows, 5000",
    "folders, -1",
    "folders, 99999999999",
    "folders, 0x100",
    "list, 0",
    "top, 81",
    "zoom, 1e2",
    "surprise, yes"
  })
  void whatIsNotAllowedIsLeftOut(String word, String value) {
    assertThat(Choices.NONE.with(Map.of(word, value))).isEqualTo(Choices.NONE);
    assertThat(Choices.parse("theme=dark " + word + "=" + value))
        .isEqualTo(Choices.NONE.with(Map.of("theme", "dark")));
  }

  @Test
  void aTextOfAnotherVersionDoesNoHarm() {
    assertThat(Choices.parse("")).isEqualTo(Choices.NONE);
    assertThat(Choices.parse("= == =x theme theme= theme=dark\u0000")).isEqualTo(Choices.NONE);
    assertThat(Choices.parse("colour=red theme=light theme=dark").text()).isEqualTo("theme=light");
  }

  @Test
  void theLongestChoicesHaveRoom() {
    Map<String, String> longest = new HashMap<>();
    ZoneId.getAvailableZoneIds().stream()
        .max(Comparator.comparing(String::length))
        .ifPresent(zone -> longest.put("zone", zone));
    longest.putAll(Map.of("layout", "desktop", "sort", "subject", "order", "asc"));
    for (String number : new String[] {"folders", "list", "zoom"}) {
      longest.put(number, "299");
    }

    assertThat(Choices.NONE.with(longest).text()).hasSizeLessThan(MailboxPreferences.LONGEST / 2);
  }
}
