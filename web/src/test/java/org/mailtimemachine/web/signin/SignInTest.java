package org.mailtimemachine.web.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.pages.SignInOutcome;
import org.mailtimemachine.pages.SignInOutcome.Accepted;
import org.mailtimemachine.pages.SignInOutcome.Refused;
import org.mailtimemachine.pages.SignInOutcome.Unavailable;
import org.mailtimemachine.pages.SignInOutcome.Wait;
import org.mailtimemachine.pages.Ticker;

class SignInTest {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.org");
  private static final MailboxAddress BIG_BOB = MailboxAddress.of("Bob@example.org");

  /** Moves only when somebody waits, or the test says so. */
  private static final class TestTicker implements Ticker {
    private Duration now = Duration.ofDays(3);

    @Override
    public synchronized Duration elapsed() {
      return now;
    }

    @Override
    public synchronized void waitUntil(Duration elapsed) {
      now = elapsed;
    }

    synchronized void pass(Duration time) {
      now = now.plus(time);
    }
  }

  /** Stands still, and says how many wait. */
  private record WaitingTicker(CountDownLatch waiting, CountDownLatch end) implements Ticker {
    @Override
    public Duration elapsed() {
      return Duration.ofDays(3);
    }

    @Override
    public void waitUntil(Duration elapsed) {
      waiting.countDown();
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private final TestTicker ticker = new TestTicker();
  private Duration checkTakes = Duration.ofMillis(20);
  private int checks;

  private final SignIn signIn =
      new SignIn(
          (mailbox, password) -> {
            checks++;
            ticker.pass(checkTakes);
            return password.equals("secret") && (mailbox.equals(ANNA) || mailbox.equals(BIG_BOB));
          },
          Optional.empty(),
          ticker);

  @Test
  void theRightPasswordOpensTheMailboxWithoutWaiting() {
    Duration begun = ticker.elapsed();

    assertThat(signIn.attempt("anna@example.org", "secret", "192.0.2.1"))
        .isEqualTo(new Accepted<>(new Owner(ANNA, false)));
    assertThat(ticker.elapsed().minus(begun)).isEqualTo(checkTakes);
  }

  @Test
  void everyRefusalTakesTheSameTime() {
    int client = 0;
    for (String address :
        List.of(
            "anna@example.org",
            "nobody@example.org",
            "Anna@example.org",
            "no address",
            "../x@y",
            "x".repeat(1_000_000) + "@example.org")) {
      for (Duration takes :
          List.of(Duration.ZERO, Duration.ofMillis(900), Duration.ofMillis(1400))) {
        checkTakes = takes;
        Duration begun = ticker.elapsed();

        assertThat(signIn.attempt(address, "wrong", "192.0.2." + client++))
            .isEqualTo(new Refused<>());
        assertThat(ticker.elapsed().minus(begun)).isEqualTo(SignIn.REFUSAL);
      }
    }
  }

  @Test
  void aSlowCheckIsRoundedUpSoThatItsLengthSaysLittle() {
    checkTakes = SignIn.REFUSAL.plusMillis(5);
    Duration begun = ticker.elapsed();

    signIn.attempt("anna@example.org", "wrong", "192.0.2.1");

    assertThat(ticker.elapsed().minus(begun)).isEqualTo(SignIn.REFUSAL.multipliedBy(2));
  }

  @Test
  void anAddressIsFoundInLowerCaseAndAsItWasTyped() {
    assertThat(signIn.attempt(" Anna@EXAMPLE.org ", "secret", "192.0.2.1"))
        .isEqualTo(new Accepted<>(new Owner(ANNA, false)));
    assertThat(signIn.attempt("Bob@Example.org", "secret", "192.0.2.1"))
        .isEqualTo(new Accepted<>(new Owner(BIG_BOB, false)));
    assertThat(signIn.attempt("bob@example.org", "secret", "192.0.2.1")).isEqualTo(new Refused<>());
  }

  @Test
  void passwordsThatNoProtocolCanCarryAreNotTried() {
    int client = 0;
    for (String password : List.of("", "a\r\nb LOGIN x y", "a\0b", "x".repeat(2_000))) {
      assertThat(signIn.attempt("anna@example.org", password, "192.0.2." + client++))
          .isEqualTo(new Refused<>());
    }
    assertThat(checks).isZero();
  }

  @Test
  void guessingGetsSlowerAndSlower() {
    Duration first = ticker.elapsed();
    assertThat(signIn.attempt("anna@example.org", "wrong", "192.0.2.1")).isEqualTo(new Refused<>());
    for (int seconds : List.of(4, 8, 15, 15)) {
      Duration begun = ticker.elapsed();
      assertThat(signIn.attempt("anna@example.org", "wrong", "192.0.2.1"))
          .isEqualTo(new Refused<>());
      Duration left = Duration.ofSeconds(seconds).minus(ticker.elapsed().minus(begun));
      assertThat(signIn.attempt("anna@example.org", "secret", "192.0.2.1"))
          .isEqualTo(new Wait<>(left));
      ticker.pass(left);
    }
    assertThat(ticker.elapsed().minus(first)).isEqualTo(Duration.ofSeconds(3 + 4 + 8 + 15 + 15));
    assertThat(signIn.attempt("anna@example.org", "secret", "192.0.2.1"))
        .isEqualTo(new Accepted<>(new Owner(ANNA, false)));
  }

  @Test
  void guessingInParallelGainsNothing() throws Exception {
    CountDownLatch together = new CountDownLatch(SignIn.PER_CLIENT);
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    SignIn guessed =
        new SignIn(
            (mailbox, password) -> {
              asked.incrementAndGet();
              together.countDown();
              try {
                // the others come meanwhile, if anything lets them
                return together.await(300, TimeUnit.MILLISECONDS) && password.isEmpty();
              } catch (InterruptedException e) {
                throw new PasswordsUnavailable("the test", e);
              }
            },
            Optional.empty(),
            new WaitingTicker(new CountDownLatch(0), end));
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletionService<SignInOutcome<Owner>> guesses = new ExecutorCompletionService<>(clients);
      for (int i = 0; i < SignIn.PER_CLIENT; i++) {
        String guess = "guess " + i;
        guesses.submit(() -> guessed.attempt("anna@example.org", guess, "203.0.113.9"));
      }
      try {
        for (int i = 1; i < SignIn.PER_CLIENT; i++) {
          Future<SignInOutcome<Owner>> guess = guesses.poll(30, TimeUnit.SECONDS);
          assertThat(guess).isNotNull();
          assertThat(guess.resultNow()).isInstanceOf(Wait.class);
        }
      } finally {
        end.countDown();
      }
      assertThat(guesses.take().get()).isEqualTo(new Refused<>());
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void severalRequestsWithTheRightPasswordAreAllLetIn() throws Exception {
    List<Future<SignInOutcome<Owner>>> requests = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < SignIn.PER_CLIENT; i++) {
        requests.add(
            clients.submit(() -> signIn.attemptAgain("anna@example.org", "secret", "192.0.2.1")));
      }
    }
    assertThat(requests)
        .extracting(Future::get)
        .containsOnly(new Accepted<>(new Owner(ANNA, false)));
  }

  @Test
  void whoMistypedOnceNeedNotWaitAgain() {
    signIn.attempt("anna@example.org", "secrte", "192.0.2.1");

    assertThat(signIn.attempt("anna@example.org", "secret", "192.0.2.1"))
        .isEqualTo(new Accepted<>(new Owner(ANNA, false)));
  }

  @Test
  void aStrangerCannotLockTheOwnerOut() {
    for (int i = 0; i < 50; i++) {
      signIn.attempt("anna@example.org", "guess" + i, "203.0.113.9");
      ticker.pass(Duration.ofSeconds(15));
    }

    signIn.attempt("anna@example.org", "one more", "203.0.113.9");

    assertThat(signIn.attempt("anna@example.org", "secret", "203.0.113.9"))
        .isInstanceOf(Wait.class);
    assertThat(signIn.attempt("anna@example.org", "secret", "192.0.2.1"))
        .isEqualTo(new Accepted<>(new Owner(ANNA, false)));
  }

  @Test
  void anotherSpellingOfTheAddressIsNoWayRoundTheWaiting() {
    signIn.attempt("anna@example.org", "wrong", "192.0.2.1");
    signIn.attempt("Anna@example.org", "wrong", "192.0.2.1");

    assertThat(signIn.attempt(" ANNA@Example.org", "wrong", "192.0.2.1")).isInstanceOf(Wait.class);
  }

  @Test
  void anotherAddressOfTheSameIpv6NetworkIsNoWayRoundTheWaiting() {
    signIn.attempt("anna@example.org", "wrong", "2001:db8:0:1::1");
    signIn.attempt("anna@example.org", "wrong", "2001:db8:0:1::3");

    assertThat(signIn.attempt("anna@example.org", "wrong", "2001:db8:0:1::2"))
        .isInstanceOf(Wait.class);
    assertThat(signIn.attempt("anna@example.org", "secret", "2001:db8:0:2::1"))
        .isEqualTo(new Accepted<>(new Owner(ANNA, false)));
  }

  @Test
  void oneClientWithWrongPasswordsTurnsNobodyElseAway() throws Exception {
    CountDownLatch refused = new CountDownLatch(SignIn.PER_CLIENT);
    CountDownLatch end = new CountDownLatch(1);
    SignIn waiting =
        new SignIn(
            (mailbox, password) -> password.equals("secret"),
            Optional.empty(),
            new WaitingTicker(refused, end));
    List<Future<SignInOutcome<Owner>>> attempts = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < SignIn.PER_CLIENT; i++) {
        String address = "nobody" + i + "@example.org";
        attempts.add(clients.submit(() -> waiting.attempt(address, "wrong", "203.0.113.9")));
      }
      try {
        refused.await();

        assertThat(waiting.attempt("anna@example.org", "secret", "203.0.113.9"))
            .isEqualTo(new Wait<>(SignIn.REFUSAL));
        assertThat(waiting.attempt("anna@example.org", "secret", "192.0.2.1"))
            .isEqualTo(new Accepted<>(new Owner(ANNA, false)));
      } finally {
        end.countDown();
      }
    }
    for (Future<SignInOutcome<Owner>> attempt : attempts) {
      assertThat(attempt.get()).isEqualTo(new Refused<>());
    }
    assertThat(waiting.attempt("anna@example.org", "secret", "203.0.113.9"))
        .isEqualTo(new Accepted<>(new Owner(ANNA, false)));
  }

  @Test
  void aPasswordSentWithEveryRequestIsCheckedOnceAMinute() {
    signIn.attemptAgain("anna@example.org", "secret", "192.0.2.1");
    signIn.attemptAgain("anna@example.org", "secret", "192.0.2.1");
    assertThat(checks).isEqualTo(1);

    ticker.pass(RecentlyAccepted.KEPT.plusSeconds(1));
    signIn.attemptAgain("anna@example.org", "secret", "192.0.2.1");
    assertThat(checks).isEqualTo(2);
    assertThat(signIn.attemptAgain("anna@example.org", "secreT", "192.0.2.1"))
        .isEqualTo(new Refused<>());
  }

  @Test
  void whatWaitsForItsRefusalTakesNobodysTurn() throws Exception {
    int flood = 2 * SignIn.CHECKS;
    CountDownLatch refused = new CountDownLatch(flood);
    CountDownLatch end = new CountDownLatch(1);
    SignIn waiting =
        new SignIn(
            (mailbox, password) -> password.equals("secret"),
            Optional.empty(),
            new WaitingTicker(refused, end));
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < flood; i++) {
        String client = "2001:db8:0:" + Integer.toHexString(i) + "::1";
        clients.execute(() -> waiting.attempt("anna@example.org", "wrong", client));
      }
      try {
        refused.await();

        assertThat(waiting.attempt("anna@example.org", "secret", "192.0.2.1"))
            .isEqualTo(new Accepted<>(new Owner(ANNA, false)));
      } finally {
        end.countDown();
      }
    }
  }

  @Test
  void aFloodOfRequestsWithPasswordsLeavesThreadsToThoseWhoAreSignedIn() throws Exception {
    CountDownLatch refused = new CountDownLatch(SignIn.THREADS);
    CountDownLatch end = new CountDownLatch(1);
    SignIn waiting =
        new SignIn(
            (mailbox, password) -> password.equals("secret"),
            Optional.empty(),
            new WaitingTicker(refused, end));
    waiting.attemptAgain("anna@example.org", "secret", "192.0.2.1");
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < SignIn.THREADS; i++) {
        String client = "2001:db8:0:" + Integer.toHexString(i) + "::1";
        clients.execute(() -> waiting.attemptAgain("anna@example.org", "wrong", client));
      }
      try {
        refused.await();

        assertThat(waiting.attemptAgain("anna@example.org", "wrong", "192.0.2.1"))
            .isEqualTo(new Wait<>(SignIn.REFUSAL));
        assertThat(waiting.attemptAgain("anna@example.org", "secret", "192.0.2.1"))
            .isEqualTo(new Accepted<>(new Owner(ANNA, false)));
      } finally {
        end.countDown();
      }
    }
  }

  @Test
  void aFloodOfAttemptsIsTurnedAwayInsteadOfBuryingTheImapServer() throws Exception {
    CountDownLatch begun = new CountDownLatch(SignIn.CHECKS);
    CountDownLatch end = new CountDownLatch(1);
    SignIn slow =
        new SignIn(
            (mailbox, password) -> {
              begun.countDown();
              try {
                end.await();
              } catch (InterruptedException e) {
                throw new PasswordsUnavailable("the test", e);
              }
              return true;
            },
            Optional.empty(),
            ticker);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<SignInOutcome<Owner>>> attempts = new ArrayList<>();
      for (int i = 0; i < SignIn.CHECKS; i++) {
        String client = "2001:db8:0:" + Integer.toHexString(i) + "::1";
        attempts.add(clients.submit(() -> slow.attempt("anna@example.org", "secret", client)));
      }
      begun.await();

      assertThat(slow.attempt("anna@example.org", "secret", "198.51.100.1"))
          .isEqualTo(new Unavailable<>());

      end.countDown();
      for (Future<SignInOutcome<Owner>> attempt : attempts) {
        assertThat(attempt.get()).isEqualTo(new Accepted<>(new Owner(ANNA, false)));
      }
    }
    assertThat(slow.attempt("anna@example.org", "secret", "198.51.100.1"))
        .isEqualTo(new Accepted<>(new Owner(ANNA, false)));
  }

  @Test
  void whereNobodyKnowsThePasswordsThatIsSaid() {
    SignIn broken =
        new SignIn(
            (mailbox, password) -> {
              throw new PasswordsUnavailable("imap://localhost:143", null);
            },
            Optional.empty(),
            ticker);

    assertThat(broken.attempt("anna@example.org", "secret", "192.0.2.1"))
        .isEqualTo(new Unavailable<>());
  }
}
