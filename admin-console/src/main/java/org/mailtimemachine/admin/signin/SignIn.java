package org.mailtimemachine.admin.signin;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.mailtimemachine.pages.Client;
import org.mailtimemachine.pages.SignInOutcome;
import org.mailtimemachine.pages.Throttle;
import org.mailtimemachine.pages.Ticker;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.Administrators;
import org.mailtimemachine.restore.administrator.PasswordHash;
import org.mailtimemachine.restore.administrator.PasswordPolicy;

/**
 * Decides whether somebody is the administrator that he says. A refusal takes {@link #REFUSAL} or a
 * multiple of it, whatever its cause, so that nobody learns which names exist, or whether it was
 * the password or the code that was wrong. An attempt holds its thread until it is answered: for a
 * refusal that wants a cheap one. At most {@link #PER_CLIENT} attempts of one client are under way
 * at once, their refusals included, and those of all clients take turns: a stranger who floods it
 * delays the others by a moment, and locks nobody out. Safe for use by several threads.
 */
final class SignIn {

  static final Duration REFUSAL = Duration.ofSeconds(3);

  /** Each takes a processor for a tenth of a second, on purpose: a flood must not take them all. */
  private static final int CHECKS = 2;

  static final int PER_CLIENT = 2;

  /** In that time some hundred passwords are checked. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final System.Logger LOG = System.getLogger(SignIn.class.getName());
  private static final int LONGEST_NAME = 64;

  private final Administrators administrators;
  private final CodeCheck codes;
  private final Ticker ticker;
  private final Throttle throttle;
  private final ConcurrentMap<String, Integer> underWayByClient = new ConcurrentHashMap<>();
  private final Semaphore checks = new Semaphore(CHECKS, true);

  SignIn(Administrators administrators, CodeCheck codes, Ticker ticker) {
    this.administrators = administrators;
    this.codes = codes;
    this.ticker = ticker;
    this.throttle = new Throttle(ticker);
  }

  /**
   * Tries a name, a password and a code as they were typed.
   *
   * @param code of the second factor; it does not matter where the administrator has none
   * @param clientAddress the network address that the attempt comes from
   */
  SignInOutcome<Administrator> attempt(
      String typedName, String password, String code, String clientAddress) {
    Client client = Client.of(clientAddress);
    return attempt(
        typedName, client, name -> codes.accepts(name, password, code, client.address()), password);
  }

  /** As {@link #attempt}, for somebody who has given a code when he signed in. */
  SignInOutcome<Administrator> attemptAgain(String name, String password, String clientAddress) {
    return attempt(name, Client.of(clientAddress), _ -> true, password);
  }

  /** As {@link #attempt}, for a program: where a code is wanted it has none, and is refused. */
  SignInOutcome<Administrator> attemptWithoutCode(
      String name, String password, String clientAddress) {
    return attempt(name, Client.of(clientAddress), known -> !codes.wanted(known), password);
  }

  private SignInOutcome<Administrator> attempt(
      String typedName, Client client, Predicate<String> second, String password) {
    String stripped = typedName.strip();
    String name = stripped.length() > LONGEST_NAME ? "too long" : stripped;
    Duration remaining = throttle.remaining(name, client.network());
    if (!remaining.isZero()) {
      return new SignInOutcome.Wait<>(remaining);
    }
    if (underWayByClient.merge(client.network(), 1, Integer::sum) > PER_CLIENT) {
      leave(client);
      return new SignInOutcome.Wait<>(REFUSAL);
    }
    try {
      return decide(name, client, second, password);
    } finally {
      leave(client);
    }
  }

  private void leave(Client client) {
    underWayByClient.computeIfPresent(
        client.network(), (_, attempts) -> attempts == 1 ? null : attempts - 1);
  }

  private SignInOutcome<Administrator> decide(
      String name, Client client, Predicate<String> second, String password) {
    Duration begun;
    Optional<Administrator> recognised;
    try {
      Duration remaining = throttle.begin(name, client.network());
      if (!remaining.isZero()) {
        return new SignInOutcome.Wait<>(remaining);
      }
      try {
        begun = ticker.elapsed();
        if (!checks.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
          LOG.log(System.Logger.Level.WARNING, "Too many passwords to check: one turned away");
          return new SignInOutcome.Wait<>(REFUSAL);
        }
        try {
          recognised = recognised(name, second, password);
        } finally {
          checks.release();
        }
        if (recognised.isPresent()) {
          throttle.succeeded(name, client.network());
        } else {
          throttle.failed(name, client.network(), begun);
        }
      } finally {
        throttle.ended(name, client.network());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new SignInOutcome.Unavailable<>();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "No administrator can sign in", e);
      return new SignInOutcome.Unavailable<>();
    }
    if (recognised.isPresent()) {
      return new SignInOutcome.Accepted<>(recognised.get());
    }
    // The line that fail2ban reads. The name came from outside: one line, nothing invisible.
    LOG.log(
        System.Logger.Level.INFO,
        "sign-in failed administrator=<{0}> rip={1}",
        name.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}<>]", "?"),
        client.address());
    ticker.waitUntil(begun.plus(refusals(begun)));
    return new SignInOutcome.Refused<>();
  }

  /** A multiple: whoever waited for a turn is answered no sooner than who had it at once. */
  private Duration refusals(Duration begun) {
    return REFUSAL.multipliedBy(ticker.elapsed().minus(begun).dividedBy(REFUSAL) + 1);
  }

  private Optional<Administrator> recognised(
      String name, Predicate<String> second, String password) {
    Optional<Administrators.Account> account = administrators.find(name);
    String given = password.length() > PasswordPolicy.LONGEST ? "" : password;
    boolean matches =
        account.map(Administrators.Account::password).orElse(PasswordHash.NOBODY).matches(given);
    return account
        .filter(_ -> matches)
        .map(Administrators.Account::administrator)
        .filter(administrator -> !administrator.disabled())
        .filter(administrator -> second.test(administrator.name()));
  }
}
