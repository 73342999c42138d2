package org.mailtimemachine.restore.administrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdministratorTest {

  private static Administrator named(String name, Optional<Set<String>> domains) {
    return new Administrator(name, "", Locale.ENGLISH, domains, false);
  }

  @Test
  void aDomainAdministratorAnswersForTheDomainsGivenAndNoOther() {
    Administrator administrator = named("carla", Optional.of(Set.of("Demo.test", "studio.test")));

    assertThat(administrator.answersFor("demo.TEST")).isTrue();
    assertThat(administrator.answersFor("studio.test")).isTrue();
    assertThat(administrator.answersFor("sub.demo.test")).isFalse();
    assertThat(administrator.answersFor("example.org")).isFalse();
    assertThat(administrator.ofHost()).isFalse();
    assertThat(named("root", Optional.empty()).answersFor("example.org")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Root", "a b", "../x", "-x", "a\nb", "system!"})
  void aNameThatLooksLikeSomethingElseIsRefused(String name) {
    assertThatThrownBy(() -> named(name, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a/b"})
  void aDomainThatIsNoneIsRefused(String domain) {
    assertThatThrownBy(() -> named("carla", Optional.of(Set.of(domain))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPasswordIsKnownByItsHashAlone() {
    PasswordHash hash = PasswordHash.of("correct horse battery");

    assertThat(hash.matches("correct horse battery")).isTrue();
    assertThat(hash.matches("correct horse batterY")).isFalse();
    assertThat(PasswordHash.NOBODY.matches("")).isFalse();
    assertThat(PasswordHash.of("correct horse battery")).isNotEqualTo(hash);
    assertThat(hash.toString()).doesNotContain(":");
    assertThat(new PasswordHash(hash.text()).matches("correct horse battery")).isTrue();
  }

  @Test
  void shortAndGuessablePasswordsAreRefused() {
    assertThat(PasswordPolicy.objection("carla", "eleven char")).isPresent();
    assertThat(PasswordPolicy.objection("carla", "the secret of CARLA")).isPresent();
    assertThat(PasswordPolicy.objection("carla", "aaaaaaaaaaaaaaa")).isPresent();
    assertThat(PasswordPolicy.objection("carla", "with\nline break")).isPresent();
    assertThat(PasswordPolicy.objection("carla", "x1".repeat(1_000))).isPresent();
    assertThat(PasswordPolicy.objection("carla", "twelve chars")).isEmpty();
    assertThat(PasswordPolicy.objection("carla", "perché così è più")).isEmpty();
  }
}
