package org.mailtimemachine.admin.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailtimemachine.pages.SignInOutcome;
import org.mailtimemachine.pages.Ticker;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.Administrators;
import org.mailtimemachine.restore.administrator.PasswordHash;
import org.mailtimemachine.restore.administrator.SecondFactor;
import org.mailtimemachine.restore.administrator.Seed;

class SignInTest {

  private static final String PASSWORD = "correct horse battery";
  private static final PasswordHash HASH = PasswordHash.of(PASSWORD);

  private volatile Duration elapsed = Duration.ofHours(1);
  private boolean holdRefusals;
  private final CountDownLatch refusing = new CountDownLatch(SignIn.PER_SITE);
  private final CountDownLatch slow = new CountDownLatch(2);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private boolean disabled;
  private Instant now = Instant.parse("2026-11-22T10:00:00Z");
  private final MemorySecondFactors factors = new MemorySecondFactors();
  private final SignIn signIn =
      new SignIn(
          new Administrators() {
            @Override
            public Optional<Account> find(String name) {
              if (name.startsWith("slow")) {
                slow.countDown();
                awaitQuietly(goOn);
              }
              return name.equals("carla")
                  ? Optional.of(new Account(carla(), HASH, Instant.EPOCH))
                  : Optional.empty();
            }

            @Override
            public List<Administrator> all() {
              return List.of(carla());
            }
          },
          new CodeCheck(factors, () -> now),
          new Ticker() {
            @Override
            public Duration elapsed() {
              return elapsed;
            }

            @Override
            public void waitUntil(Duration moment) {
              if (holdRefusals) {
                refusing.countDown();
                awaitQuietly(goOn);
              }
              elapsed = moment;
            }
          });

  private Administrator carla() {
    return new Administrator("carla", "", Locale.ENGLISH, Optional.empty(), disabled);
  }

  private SignInOutcome<Administrator> attempt(String name, String password) {
    return attempt(name, password, "");
  }

  private SignInOutcome<Administrator> attempt(String name, String password, String code) {
    return signIn.attempt(name, password, code, "192.0.2.1");
  }

  @Test
  void whoKnowsThePasswordIsLetIn() {
    assertThat(attempt(" carla ", PASSWORD)).isEqualTo(new SignInOutcome.Accepted<>(carla()));
  }

  @Test
  void wrongPasswordsUnknownAndDisabledNamesAreRefusedAlike() {
    Duration begun = elapsed;
    assertThat(attempt("carla", "wrong")).isEqualTo(new SignInOutcome.Refused<>());
    assertThat(elapsed).isEqualTo(begun.plus(SignIn.REFUSAL));
    assertThat(attempt("nobody", PASSWORD)).isEqualTo(new SignInOutcome.Refused<>());
    assertThat(elapsed).isEqualTo(begun.plus(SignIn.REFUSAL.multipliedBy(2)));
    disabled = true;
    elapsed = elapsed.plusSeconds(60);
    assertThat(attempt("carla", PASSWORD)).isEqualTo(new SignInOutcome.Refused<>());
  }

  @Test
  void guessingIsSlowForWhoeverGuessesAndForNobodyElse() {
    for (int number = 0; number < 4; number++) {
      attempt("carla", "wrong " + number);
    }
    assertThat(attempt("carla", PASSWORD)).isInstanceOf(SignInOutcome.Wait.class);
    assertThat(signIn.attempt("carla", PASSWORD, "", "198.51.100.7"))
        .isInstanceOf(SignInOutcome.Accepted.class);
  }

  @Test
  void aFloodFromOneClientKeepsNobodyElseOut() throws Exception {
    CountDownLatch flooding = new CountDownLatch(4);
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int stranger = 0; stranger < 4; stranger++) {
        int number = stranger;
        threads.execute(
            () -> {
              flooding.countDown();
              for (int guess = 0; !over.get(); guess++) {
                signIn.attempt("x" + number + "-" + guess, "wrong", "", "192.0.2.66");
              }
            });
      }
      flooding.await();
      SignInOutcome<Administrator> outcome = attempt("carla", PASSWORD);
      over.set(true);
      assertThat(outcome).isInstanceOf(SignInOutcome.Accepted.class);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aFloodFromManyNetworksKeepsNeitherSessionsNorKnownNetworksOut() throws Exception {
    assertThat(signIn.knows("192.0.2.1")).isFalse();
    assertThat(attempt("carla", PASSWORD)).isInstanceOf(SignInOutcome.Accepted.class);
    assertThat(signIn.knows("192.0.2.1")).isTrue();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      threads.execute(() -> signIn.attempt("slow", "wrong", "", "2001:db8:1::1"));
      threads.execute(() -> signIn.attempt("slower", "wrong", "", "2001:db8:2::1"));
      slow.await(); // every turn of strangers is taken

      assertThat(attempt("carla", PASSWORD)).isInstanceOf(SignInOutcome.Accepted.class);
      assertThat(signIn.attemptWithoutCode("carla", PASSWORD, "192.0.2.1"))
          .isInstanceOf(SignInOutcome.Accepted.class);
      assertThat(signIn.attemptAgain("carla", PASSWORD, "", "198.51.100.7"))
          .as("a session that has moved to another network")
          .isInstanceOf(SignInOutcome.Accepted.class);
      goOn.countDown();
    }
    elapsed = elapsed.plus(KnownNetworks.LONGEST);
    assertThat(signIn.knows("192.0.2.1")).as("a month later").isFalse();
  }

  @Test
  void guessesAtSignInDelayNoConfirmation() {
    for (int number = 0; number < 4; number++) {
      attempt("carla", "wrong " + number);
    }
    assertThat(attempt("carla", PASSWORD)).isInstanceOf(SignInOutcome.Wait.class);
    assertThat(signIn.attemptAgain("carla", PASSWORD, "", "192.0.2.1"))
        .isInstanceOf(SignInOutcome.Accepted.class);
  }

  @Test
  void networksOfOneSiteAreCountedTogether() throws Exception {
    holdRefusals = true;
    try (ExecutorService threads = Executors.newFixedThreadPool(SignIn.PER_SITE)) {
      for (int network = 0; network < SignIn.PER_SITE; network++) {
        String client = "2001:db8:1:" + network + "::1";
        threads.execute(() -> signIn.attempt("carla", "wrong", "", client));
      }
      refusing.await();
      assertThat(signIn.attempt("carla", PASSWORD, "", "2001:db8:1:99::1"))
          .isInstanceOf(SignInOutcome.Wait.class);
      goOn.countDown();
    }
  }

  @Test
  void whoHasASecondFactorNeedsACodeThatWasNotUsedBefore() {
    Seed seed = Seed.random();
    factors.give("carla", PASSWORD, seed, "abcd-efgh-ijkm-nopq");

    assertThat(attempt("carla", PASSWORD)).isEqualTo(new SignInOutcome.Refused<>());
    elapsed = elapsed.plusSeconds(60);
    String code = seed.code(now);
    assertThat(attempt("carla", PASSWORD, code)).isEqualTo(new SignInOutcome.Accepted<>(carla()));
    assertThat(attempt("carla", PASSWORD, code))
        .as("the same code again")
        .isEqualTo(new SignInOutcome.Refused<>());
    elapsed = elapsed.plusSeconds(60);
    now = now.plusSeconds(30);
    assertThat(attempt("carla", "wrong", seed.code(now))).isEqualTo(new SignInOutcome.Refused<>());
    elapsed = elapsed.plusSeconds(60);
    assertThat(attempt("carla", PASSWORD, seed.code(now)))
        .isEqualTo(new SignInOutcome.Accepted<>(carla()));
    assertThat(factors.actions()).contains("console.wrong-code");
  }

  @Test
  void aRecoveryCodeLetsInOnce() {
    factors.give("carla", PASSWORD, Seed.random(), "abcd-efgh-ijkm-nopq");

    assertThat(attempt("carla", PASSWORD, "ABCD EFGH IJKM NOPQ"))
        .isEqualTo(new SignInOutcome.Accepted<>(carla()));
    assertThat(attempt("carla", PASSWORD, "abcd-efgh-ijkm-nopq"))
        .isEqualTo(new SignInOutcome.Refused<>());
    assertThat(factors.actions()).contains("console.recovery-code");
  }

  @Test
  void whoKnowsThePasswordCannotGuessCodesFromManyClients() {
    Seed seed = Seed.random();
    factors.give("carla", PASSWORD, seed, "abcd-efgh-ijkm-nopq");
    for (int guess = 0; guess < SecondFactor.MOST_FAILURES; guess++) {
      String wrong = seed.code(now.plusSeconds(3_600 + 30 * guess));
      assertThat(signIn.attempt("carla", PASSWORD, wrong, "198.51.100." + guess))
          .isEqualTo(new SignInOutcome.Refused<>());
    }
    assertThat(attempt("carla", PASSWORD, seed.code(now)))
        .as("a right one, in the pause")
        .isEqualTo(new SignInOutcome.Refused<>());
    now = now.plus(SecondFactor.PAUSE);
    elapsed = elapsed.plusSeconds(60);
    assertThat(attempt("carla", PASSWORD, seed.code(now)))
        .isEqualTo(new SignInOutcome.Accepted<>(carla()));
  }

  @Test
  void aRecoveryCodeEndsThePause() {
    Seed seed = Seed.random();
    factors.give("carla", PASSWORD, seed, "abcd-efgh-ijkm-nopq");
    for (int guess = 0; guess < SecondFactor.MOST_FAILURES; guess++) {
      String wrong = seed.code(now.plusSeconds(3_600 + 30 * guess));
      signIn.attempt("carla", PASSWORD, wrong, "198.51.100." + guess);
    }
    assertThat(attempt("carla", PASSWORD, "abcd-efgh-ijkm-nopq"))
        .isInstanceOf(SignInOutcome.Accepted.class);
    assertThat(attempt("carla", PASSWORD, seed.code(now)))
        .isInstanceOf(SignInOutcome.Accepted.class);
  }

  @Test
  void aSessionFromBeforeTheSecondFactorHasNotProvedIt() {
    CodeCheck codes = new CodeCheck(factors, () -> now);
    SignedIn before = new SignedIn("carla", Instant.EPOCH.minusSeconds(1));
    assertThat(codes.hasProved(before)).isTrue();
    factors.give("carla", PASSWORD, Seed.random(), "abcd-efgh-ijkm-nopq");
    assertThat(codes.hasProved(before)).isFalse();
    assertThat(codes.hasProved(new SignedIn("carla", Instant.EPOCH))).isTrue();
  }

  @Test
  void aProgramHasNoCodeAndAConfirmationWantsOne() {
    assertThat(signIn.attemptWithoutCode("carla", PASSWORD, "192.0.2.9"))
        .isEqualTo(new SignInOutcome.Accepted<>(carla()));
    assertThat(signIn.attemptAgain("carla", PASSWORD, "", "192.0.2.1"))
        .isEqualTo(new SignInOutcome.Accepted<>(carla()));
    Seed seed = Seed.random();
    factors.give("carla", PASSWORD, seed, "abcd-efgh-ijkm-nopq");
    assertThat(signIn.wantsCode("carla")).isTrue();
    assertThat(signIn.attemptWithoutCode("carla", PASSWORD, "192.0.2.9"))
        .isEqualTo(new SignInOutcome.Refused<>());
    assertThat(signIn.attemptAgain("carla", PASSWORD, "", "192.0.2.1"))
        .isEqualTo(new SignInOutcome.Refused<>());
    elapsed = elapsed.plusSeconds(60);
    assertThat(signIn.attemptAgain("carla", PASSWORD, seed.code(now), "192.0.2.1"))
        .isEqualTo(new SignInOutcome.Accepted<>(carla()));
    assertThat(signIn.attemptAgain("carla", PASSWORD, seed.code(now), "192.0.2.1"))
        .as("the same code again")
        .isEqualTo(new SignInOutcome.Refused<>());
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
