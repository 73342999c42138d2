package org.mailtimemachine.admin.letters;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.Administrators;

class ReachTest {

  private static Administrator administrator(String email, String domain, boolean disabled) {
    return new Administrator("carla", email, Locale.ENGLISH, Optional.of(Set.of(domain)), disabled);
  }

  private static Reach reach(Map<String, String> settings, Administrator... all) {
    Administrators administrators =
        new Administrators() {
          @Override
          public Optional<Account> find(String name) {
            return Optional.empty();
          }

          @Override
          public List<Administrator> all() {
            return List.of(all);
          }
        };
    return new Reach(
        LetterSettings.of(name -> Optional.ofNullable(settings.get(name))),
        AdministratorsToTell.among(administrators));
  }

  @Test
  void withoutAServerNobodyIsTold() {
    assertThat(reach(Map.of()).sending()).isFalse();
    assertThat(reach(Map.of("mtm.mail.smtp", "localhost")).sending()).isTrue();
  }

  @Test
  void somebodyIsToldWhoHasAnAddressAndAnswersForTheDomain() {
    assertThat(reach(Map.of()).anybodyFor("ours.test")).isFalse();
    assertThat(
            reach(Map.of(), administrator("c@x.test", "ours.test", false)).anybodyFor("ours.test"))
        .isTrue();
    for (Administrator nobody :
        List.of(
            administrator("", "ours.test", false),
            administrator("c@x.test", "theirs.test", false),
            administrator("c@x.test", "ours.test", true))) {
      assertThat(reach(Map.of(), nobody).anybodyFor("ours.test")).isFalse();
    }
    assertThat(reach(Map.of("mtm.mail.administrators", "c@x.test")).anybodyFor("ours.test"))
        .isTrue();
  }
}
