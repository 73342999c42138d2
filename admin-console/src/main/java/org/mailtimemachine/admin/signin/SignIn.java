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
 * refusal that wants a cheap one.
 *
 * <p>At most {@link #PER_NETWORK} attempts of one network, and {@link #PER_SITE} of one IPv6 /48,
 * are under way at once, their refusals included. Checks of strangers take turns among themselves;
 * networks from which somebody was let in lately have turns of their own, and so have sessions that
 * exist. A flood from very many networks thus keeps out who comes from a new one, for as long as it
 * lasts, and nobody else; one from an administrator's own network keeps out who wants to sign in
 * from there. Safe for use by several threads.
 */
final class SignIn {

  static final Duration REFUSAL = Duration.ofSeconds(3);

  static final int PER_NETWORK = 2;

  static final int PER_SITE = 4;

  private static final System.Logger LOG = System.getLogger(SignIn.class.getName());
  private static final int LONGEST_NAME = 64;

  private final Administrators administrators;
  private final CodeCheck codes;
  private final Ticker ticker;
  private final KnownNetworks known;
  private final UnderWay byNetwork = new UnderWay(PER_NETWORK);
  private final UnderWay bySite = new UnderWay(PER_SITE);
  private final Lane strangers;
  private final Lane regulars;
  private final Lane sessions;

  SignIn(Administrators administrators, CodeCheck codes, Ticker ticker) {
    this.administrators = administrators;
    this.codes = codes;
    this.ticker = ticker;
    this.known = new KnownNetworks(ticker);
    Throttle throttle = new Throttle(ticker);
    this.strangers = new Lane(throttle);
    this.regulars = new Lane(throttle);
    this.sessions = new Lane(new Throttle(ticker)); // a stranger's guesses are not the session's
  }

  /** Where passwords are checked, some at a time, and wrong ones remembered. */
  private record Lane(Throttle throttle, Semaphore checks) {

    /**
     * Each takes a processor for a tenth of a second, on purpose: a flood must not take them all.
     */
    private static final int CHECKS = 2;

    /** In that time some hundred passwords are checked. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    Lane(Throttle throttle) {
      this(throttle, new Semaphore(CHECKS, true));
    }

    boolean enter() throws InterruptedException {
      return checks.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    void leave() {
      checks.release();
    }
  }

  /** Counts attempts by where they come from. */
  private static final class UnderWay {
    private final int most;
    private final ConcurrentMap<String, Integer> attempts = new ConcurrentHashMap<>();

    UnderWay(int most) {
      this.most = most;
    }

    /** Whether it is not one too many; end it with {@link #leave} in any case. */
    boolean enter(String from) {
      return attempts.merge(from, 1, Integer::sum) <= most;
    }

    void leave(String from) {
      attempts.computeIfPresent(from, (_, count) -> count == 1 ? null : count - 1);
    }
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

  /** As {@link #attempt}, for somebody who has a session. */
  SignInOutcome<Administrator> attemptAgain(
      String name, String password, String code, String clientAddress) {
    Client client = Client.of(clientAddress);
    return decide(
        sessions,
        name,
        client,
        found -> codes.accepts(found, password, code, client.address()),
        password);
  }

  /** Whether a code is wanted from whoever has that name. */
  boolean wantsCode(String name) {
    return codes.wanted(name);
  }

  /** As {@link #attempt}, for a program: where a code is wanted it has none, and is refused. */
  SignInOutcome<Administrator> attemptWithoutCode(
      String name, String password, String clientAddress) {
    return attempt(name, Client.of(clientAddress), wanted -> !codes.wanted(wanted), password);
  }

  /** Somebody was let in from there who has proved it in another way. */
  void letIn(String clientAddress) {
    known.letIn(Client.of(clientAddress));
  }

  /** Whether somebody was let in from that network lately. */
  boolean knows(String clientAddress) {
    return known.knows(Client.of(clientAddress));
  }

  private SignInOutcome<Administrator> attempt(
      String typedName, Client client, Predicate<String> second, String password) {
    String stripped = typedName.strip();
    String name = stripped.length() > LONGEST_NAME ? "too long" : stripped;
    Lane lane = known.knows(client) ? regulars : strangers;
    Duration remaining = lane.throttle().remaining(name, client.network());
    if (!remaining.isZero()) {
      return new SignInOutcome.Wait<>(remaining);
    }
    boolean fewOfNetwork = byNetwork.enter(client.network());
    boolean fewOfSite = bySite.enter(client.site());
    try {
      if (!fewOfNetwork || !fewOfSite) {
        return new SignInOutcome.Wait<>(REFUSAL);
      }
      SignInOutcome<Administrator> outcome = decide(lane, name, client, second, password);
      if (outcome instanceof SignInOutcome.Accepted) {
        known.letIn(client);
      }
      return outcome;
    } finally {
      byNetwork.leave(client.network());
      bySite.leave(client.site());
    }
  }

  private SignInOutcome<Administrator> decide(
      Lane lane, String name, Client client, Predicate<String> second, String password) {
    Throttle throttle = lane.throttle();
    Duration begun;
    Optional<Administrator> recognised;
    try {
      Duration remaining = throttle.begin(name, client.network());
      if (!remaining.isZero()) {
        return new SignInOutcome.Wait<>(remaining);
      }
      try {
        begun = ticker.elapsed();
        if (!lane.enter()) {
          LOG.log(System.Logger.Level.WARNING, "Too many passwords to check: one turned away");
          return new SignInOutcome.Wait<>(REFUSAL);
        }
        try {
          recognised = recognised(name, second, password);
        } finally {
          lane.leave();
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
