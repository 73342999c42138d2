package org.mailtimemachine.admin.authority;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailtimemachine.restore.administrator.Administrator;

class OwnNightTest {

  private static final Administrator OURS =
      new Administrator(
          "carla", "", Locale.ENGLISH, Optional.of(Set.of("ours.test", "cur")), false);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no snapshot of anna@ours.test: Permission denied",
        "left out, no message: /var/vmail/OURS.test/anna/cur/x",
        "no Maildir yet of 2 users: anna@ours.test, bruno@ours.test",
        "not followed: /var/vmail/anna@ours.test/.Sent"
      })
  void whatNamesAMailboxOfTheirsIsTheirs(String sentence) {
    assertThat(OwnNight.concerns(sentence, OURS)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no snapshot of info@theirs.test: Permission denied",
        "no Maildir yet of 2 users: anna@ours.test, info@theirs.test",
        "left out, no message: /var/vmail/theirs.test/info/cur/x",
        "the next take must remove what this one left",
        "not ours.test at all",
        "and 12 more"
      })
  void whatNamesOthersOrNobodyIsNot(String sentence) {
    assertThat(OwnNight.concerns(sentence, OURS)).isFalse();
  }

  @Test
  void everythingIsTheHosts() {
    assertThat(
            OwnNight.concerns(
                "and 12 more",
                new Administrator("root", "", Locale.ENGLISH, Optional.empty(), false)))
        .isTrue();
  }
}
