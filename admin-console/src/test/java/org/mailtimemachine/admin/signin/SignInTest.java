package org.mailtimemachine.admin.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailtimemachine.pages.Ticker;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.Administrators;
import org.mailtimemachine.restore.administrator.PasswordHash;

class SignInTest {

  private static final String PASSWORD = "correct horse battery";
  private static final PasswordHash HASH = PasswordHash.of(PASSWORD);

  private Duration elapsed = Duration.ofHours(1);
  private boolean disabled;
  private final SignIn signIn =
      new SignIn(
          new Administrators() {
            @Override
            public Optional<Account> find(String name) {
              return name.equals("carla")
                  ? Optional.of(new Account(carla(), HASH, Instant.EPOCH))
                  : Optional.empty();
            }

            @Override
            public List<Administrator> all() {
              return List.of(carla());
            }
          },
          new Ticker() {
            @Override
            public Duration elapsed() {
              return elapsed;
            }

            @Override
            public void waitUntil(Duration moment) {
              elapsed = moment;
            }
          });

  private Administrator carla() {
    return new Administrator("carla", "", Locale.ENGLISH, Optional.empty(), disabled);
  }

  private SignInOutcome attempt(String name, String password) {
    return signIn.attempt(name, password, "192.0.2.1");
  }

  @Test
  void whoKnowsThePasswordIsLetIn() {
    assertThat(attempt(" carla ", PASSWORD)).isEqualTo(new SignInOutcome.Accepted(carla()));
  }

  @Test
  void wrongPasswordsUnknownAndDisabledNamesAreRefusedAlike() {
    Duration begun = elapsed;
    assertThat(attempt("carla", "wrong")).isEqualTo(new SignInOutcome.Refused());
    assertThat(elapsed).isEqualTo(begun.plus(SignIn.REFUSAL));
    assertThat(attempt("nobody", PASSWORD)).isEqualTo(new SignInOutcome.Refused());
    assertThat(elapsed).isEqualTo(begun.plus(SignIn.REFUSAL.multipliedBy(2)));
    disabled = true;
    elapsed = elapsed.plusSeconds(60);
    assertThat(attempt("carla", PASSWORD)).isEqualTo(new SignInOutcome.Refused());
  }

  @Test
  void guessingIsSlowForWhoeverGuessesAndForNobodyElse() {
    for (int number = 0; number < 4; number++) {
      attempt("carla", "wrong " + number);
    }
    assertThat(attempt("carla", PASSWORD)).isInstanceOf(SignInOutcome.Wait.class);
    assertThat(signIn.attempt("carla", PASSWORD, "198.51.100.7"))
        .isInstanceOf(SignInOutcome.Accepted.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere",
        "/request.xhtml?id=1\r\nX: y",
        "/signin.xhtml",
        "/decide",
        ""
      })
  void noTextLeadsElsewhereAfterSignIn(String text) {
    assertThat(ReturnPath.of(text).path()).isEqualTo("/overview.xhtml");
  }

  @Test
  void theLinkOfALetterIsFollowedAfterSignIn() {
    String page = "/request.xhtml?id=2c4b6f0e-8f53-4f0a-9a53-0a4a0b7d5f11&do=confirm";
    assertThat(ReturnPath.of(page).path()).isEqualTo(page);
    assertThat(ReturnPath.of("/mailbox.xhtml?address=anna%40demo.test").path())
        .isEqualTo("/mailbox.xhtml?address=anna%40demo.test");
  }
}
