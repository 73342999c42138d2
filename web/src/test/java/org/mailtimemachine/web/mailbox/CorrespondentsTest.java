package org.mailtimemachine.web.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorrespondentsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Vera Ærø <vera@example.org>|Vera Ærø",
        "\"Rossi, Anna\" <anna@example.org>, Bob <bob@example.org>|Rossi, Anna, Bob",
        "vera@example.org|vera@example.org",
        "<vera@example.org>|vera@example.org",
        "Vera|Vera",
        "\"<\" <x@example.org>|\"<\" <x@example.org>",
        "``|``"
      })
  void aListShowsNamesAndElseAddresses(String line, String names) {
    assertThat(Correspondents.names(line == null ? "" : line))
        .isEqualTo(names == null ? "" : names);
  }
}
