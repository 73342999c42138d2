package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class AdminTokenCommandTest {

  private static CommandLine command() {
    return new CommandLine(new AdminCommand());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token anna --config F --make billing --scope write --days 30",
        "token anna --config F --list",
        "token anna --config F --revoke billing"
      })
  void aTokenIsMadeListedOrRevoked(String line) {
    assertThatNoException().isThrownBy(() -> command().parseArgs(line.split(" ", -1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token anna --config F",
        "token anna --config F --make billing --revoke billing",
        "token anna --config F --make billing --days soon",
        "token --config F --list"
      })
  void oneOfThemAndNothingElse(String line) {
    assertThatExceptionOfType(CommandLine.ParameterException.class)
        .isThrownBy(() -> command().parseArgs(line.split(" ", -1)));
  }

  @Test
  void theHelpSaysWhatAScopeIs() {
    assertThat(command().getSubcommands().get("token").getUsageMessage())
        .contains("--make=LABEL", "--revoke=LABEL", "read, or write");
  }
}
