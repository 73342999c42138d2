package org.mailtimemachine.admin.signin;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.mailtimemachine.pages.Client;
import org.mailtimemachine.pages.Throttle;
import org.mailtimemachine.pages.Ticker;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.Administrators;
import org.mailtimemachine.restore.administrator.PasswordHash;
import org.mailtimemachine.restore.administrator.PasswordPolicy;

/**
 * Decides whether somebody is the administrator that he says. A refusal takes {@link #REFUSAL} or a
 * multiple of it, whatever its cause, so that nobody learns which names exist. An attempt holds its
 * thread until it is answered: for a refusal that wants a cheap one. Safe for use by several
 * threads.
 */
final class SignIn {

  static final Duration REFUSAL = Duration.ofSeconds(3);

  /** Each takes a processor for a tenth of a second, on purpose: a flood must not take them all. */
  private static final int CHECKS = 2;

  private static final System.Logger LOG = System.getLogger(SignIn.class.getName());
  private static final int LONGEST_NAME = 64;

  private final Administrators administrators;
  private final Ticker ticker;
  private final Throttle throttle;
  private final Semaphore checks = new Semaphore(CHECKS, true);

  SignIn(Administrators administrators, Ticker ticker) {
    this.administrators = administrators;
    this.ticker = ticker;
    this.throttle = new Throttle(ticker);
  }

  /**
   * Tries a name and a password as they were typed.
   *
   * @param clientAddress the network address that the attempt comes from
   */
  SignInOutcome attempt(String typedName, String password, String clientAddress) {
    Client client = Client.of(clientAddress);
    String stripped = typedName.strip();
    String name = stripped.length() > LONGEST_NAME ? "too long" : stripped;
    Duration begun;
    Optional<Administrator> recognised;
    try {
      Duration remaining = throttle.begin(name, client.network());
      if (!remaining.isZero()) {
        return new SignInOutcome.Wait(remaining);
      }
      try {
        begun = ticker.elapsed();
        if (!checks.tryAcquire()) {
          return new SignInOutcome.Wait(REFUSAL);
        }
        try {
          recognised = recognised(name, password);
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
      return new SignInOutcome.Unavailable();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "No administrator can sign in", e);
      return new SignInOutcome.Unavailable();
    }
    if (recognised.isPresent()) {
      return new SignInOutcome.Accepted(recognised.get());
    }
    // The line that fail2ban reads. The name came from outside: one line, nothing invisible.
    LOG.log(
        System.Logger.Level.INFO,
        "sign-in failed administrator=<{0}> rip={1}",
        name.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}<>]", "?"),
        client.address());
    ticker.waitUntil(begun.plus(REFUSAL));
    return new SignInOutcome.Refused();
  }

  private Optional<Administrator> recognised(String name, String password) {
    Optional<Administrators.Account> account = administrators.find(name);
    String given = password.length() > PasswordPolicy.LONGEST ? "" : password;
    boolean matches =
        account.map(Administrators.Account::password).orElse(PasswordHash.NOBODY).matches(given);
    return account
        .filter(_ -> matches)
        .map(Administrators.Account::administrator)
        .filter(administrator -> !administrator.disabled());
  }
}
