package org.mailtimemachine.web.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.pages.SignInOutcome.Accepted;
import org.mailtimemachine.pages.SignInOutcome.Refused;
import org.mailtimemachine.pages.SignInOutcome.Unavailable;
import org.mailtimemachine.pages.SignInOutcome.Wait;
import org.mailtimemachine.pages.Ticker;
import org.mailtimemachine.snapshot.catalogue.AcceptedPasswords;

/** Signing in while the mail server does not answer. */
class RememberedPasswordsTest {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.org");
  private static final String PASSWORD = "correct horse";
  private static final String CLIENT = "192.0.2.1";
  private static final Duration WEEK = Duration.ofDays(7);

  private Instant now = Instant.parse("2026-11-14T08:00:00Z");
  private Duration elapsed = Duration.ofDays(3);
  private boolean away;
  private boolean databaseAway;
  private String password = PASSWORD;
  private int kept;
  private final Map<MailboxAddress, AcceptedPasswords.Proof> rows = new HashMap<>();

  @TempDir private Path directory;
  private SignIn signIn;

  @BeforeEach
  void start() throws IOException {
    signIn = started();
  }

  /** A server that has just been started, with what the earlier one has kept. */
  private SignIn started() throws IOException {
    Ticker ticker = ticker();
    InstantSource source = () -> now;
    Clock clock = source.withZone(ZoneOffset.UTC);
    return new SignIn(
        (mailbox, given) -> {
          if (away) {
            throw new PasswordsUnavailable("the test", null);
          }
          return mailbox.equals(ANNA) && given.equals(password);
        },
        Optional.of(
            new RememberedPasswords(
                rows(), RememberedPasswords.key(directory.resolve("key")), WEEK, clock, ticker)),
        ticker);
  }

  @Test
  void whoWasHereLatelySignsInWhileTheMailServerIsAway() throws IOException {
    assertThat(signIn.attempt("anna@example.org", PASSWORD, CLIENT))
        .isEqualTo(new Accepted<>(new Owner(ANNA, false)));
    away = true;
    signIn = started();

    assertThat(signIn.attempt("Anna@example.org", PASSWORD, CLIENT))
        .isEqualTo(new Accepted<>(new Owner(ANNA, true)));
  }

  @Test
  void aWrongPasswordIsNeitherTakenNorCalledWrongAndItsGuessesAreSlow() {
    signIn.attempt("anna@example.org", PASSWORD, CLIENT);
    away = true;

    assertThat(signIn.attempt("anna@example.org", "correct horsf", "203.0.113.9"))
        .isInstanceOf(Unavailable.class);
    assertThat(signIn.attempt("anna@example.org", PASSWORD, "203.0.113.9"))
        .isInstanceOf(Wait.class);
    assertThat(signIn.attempt("nobody@example.org", PASSWORD, "203.0.113.10"))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void aPasswordThatTheMailServerRefusesIsNotLookedUp() {
    signIn.attempt("anna@example.org", PASSWORD, CLIENT);
    password = "another one";

    assertThat(signIn.attempt("anna@example.org", PASSWORD, CLIENT)).isInstanceOf(Refused.class);
  }

  @Test
  void theNewPasswordTakesThePlaceOfTheOldOne() {
    signIn.attempt("anna@example.org", PASSWORD, CLIENT);
    password = "another one";
    signIn.attempt("anna@example.org", "another one", CLIENT);
    away = true;

    assertThat(signIn.attempt("anna@example.org", PASSWORD, "203.0.113.9"))
        .isInstanceOf(Unavailable.class);
    assertThat(signIn.attempt("anna@example.org", "another one", CLIENT))
        .isEqualTo(new Accepted<>(new Owner(ANNA, true)));
  }

  @Test
  void afterAWeekItIsForgotten() {
    signIn.attempt("anna@example.org", PASSWORD, CLIENT);
    away = true;
    now = now.plus(WEEK).plusSeconds(1);

    assertThat(signIn.attempt("anna@example.org", PASSWORD, CLIENT))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void whatIsKeptIsNotThePasswordAndNothingWithoutTheKey() throws IOException {
    signIn.attempt("anna@example.org", PASSWORD, CLIENT);
    assertThat(rows.get(ANNA).hash()).doesNotContain(PASSWORD).startsWith("PBKDF2");
    Files.delete(directory.resolve("key"));
    away = true;
    signIn = started();

    assertThat(signIn.attempt("anna@example.org", PASSWORD, CLIENT))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void theSamePasswordIsKeptOnceADay() {
    signIn.attempt("anna@example.org", PASSWORD, CLIENT);
    signIn.attempt("anna@example.org", PASSWORD, CLIENT);
    assertThat(kept).isOne();
    elapsed = elapsed.plus(Duration.ofDays(1)).plusSeconds(1);
    signIn.attempt("anna@example.org", PASSWORD, CLIENT);

    assertThat(kept).isEqualTo(2);
  }

  @Test
  void aDatabaseThatIsAwayKeepsNobodyOut() {
    databaseAway = true;
    assertThat(signIn.attempt("anna@example.org", PASSWORD, CLIENT))
        .isEqualTo(new Accepted<>(new Owner(ANNA, false)));
    away = true;

    assertThat(signIn.attempt("anna@example.org", PASSWORD, CLIENT))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void theKeyIsMadeOnceForItsOwnerOnlyAndADamagedOneNamesItself() throws IOException {
    Path file = directory.resolve("made");
    byte[] key = RememberedPasswords.key(file);

    assertThat(RememberedPasswords.key(file)).isEqualTo(key).hasSize(32);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.writeString(file, "short");
    assertThatThrownBy(() -> RememberedPasswords.key(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
    try (var files = Files.list(directory)) {
      assertThat(files).noneMatch(each -> each.getFileName().toString().startsWith("."));
    }
  }

  private AcceptedPasswords rows() {
    return new AcceptedPasswords() {
      @Override
      public Optional<Proof> find(MailboxAddress mailbox) {
        check();
        return Optional.ofNullable(rows.get(mailbox));
      }

      @Override
      public void keep(MailboxAddress mailbox, Proof proof, Instant oldest) {
        check();
        kept++;
        rows.put(mailbox, proof);
      }

      private void check() {
        if (databaseAway) {
          throw new IllegalStateException("no database");
        }
      }
    };
  }

  private Ticker ticker() {
    return new Ticker() {
      @Override
      public Duration elapsed() {
        return elapsed;
      }

      @Override
      public void waitUntil(Duration until) {
        elapsed = until;
      }
    };
  }
}
