package org.mailtimemachine.web.signin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.pages.Client;
import org.mailtimemachine.pages.SignInOutcome;
import org.mailtimemachine.pages.Throttle;
import org.mailtimemachine.pages.Ticker;

/**
 * Decides whether somebody may see a Mailbox. A refusal takes the same time whatever its cause, a
 * multiple of {@link #REFUSAL}, so that nobody learns which Mailboxes exist.
 *
 * <p>An attempt holds its thread until it is answered: for a refusal that wants a cheap one. What
 * is scarce is held no longer than it is used: {@link #CHECKS} passwords are checked at once, but
 * those that were wrong wait for their refusal without a place among these, so that a flood of
 * wrong ones takes nobody's turn. At most {@link #PER_CLIENT} attempts of one client are under way
 * at once, so that no client alone can turn away the others. Safe for use by several threads.
 */
final class SignIn {

  /** Longer than Dovecot's own delay of a failed LOGIN, which is two seconds. */
  static final Duration REFUSAL = Duration.ofSeconds(3);

  /** Each is a connection to the IMAP server; Dovecot accepts 100 that are not signed in yet. */
  static final int CHECKS = 64;

  /** Three quarters of the threads that WildFly has by default, which are 16 for each processor. */
  static final int THREADS = 12 * Runtime.getRuntime().availableProcessors();

  static final int PER_CLIENT = 4;

  /** RFC 3696 with its erratum allows 254; the form takes as many as this. */
  static final int LONGEST_ADDRESS = 320;

  private static final System.Logger LOG = System.getLogger(SignIn.class.getName());
  private static final int LONGEST_PASSWORD = 1_024;

  /** Stands for every address that is too long to be one, and is none itself. */
  private static final String TOO_LONG = "too long";

  private final MailboxPasswords passwords;
  private final Optional<RememberedPasswords> remembered;
  private final Ticker ticker;
  private final Throttle throttle;
  private final RecentlyAccepted recentlyAccepted;
  private final ConcurrentMap<String, Integer> underWayByClient = new ConcurrentHashMap<>();
  private final Semaphore checks = new Semaphore(CHECKS);
  private final Semaphore threads = new Semaphore(THREADS);

  /**
   * Makes one.
   *
   * @param remembered asked where the passwords cannot be checked
   */
  SignIn(MailboxPasswords passwords, Optional<RememberedPasswords> remembered, Ticker ticker) {
    this.passwords = passwords;
    this.remembered = remembered;
    this.ticker = ticker;
    this.throttle = new Throttle(ticker);
    this.recentlyAccepted = new RecentlyAccepted(ticker, RecentlyAccepted.KEPT);
  }

  /**
   * Tries an address and a password as they were typed.
   *
   * @param clientAddress the network address that the attempt comes from
   */
  SignInOutcome<Owner> attempt(String typedAddress, String password, String clientAddress) {
    Client client = Client.of(clientAddress);
    String stripped = typedAddress.strip();
    // Anybody can send anything: what is kept, logged and compared has a bounded length.
    String address = stripped.length() > LONGEST_ADDRESS ? TOO_LONG : stripped;
    Duration remaining = throttle.remaining(key(address), client.network());
    if (!remaining.isZero()) {
      return new SignInOutcome.Wait<>(remaining);
    }
    if (underWayByClient.merge(client.network(), 1, Integer::sum) > PER_CLIENT) {
      leave(client);
      return new SignInOutcome.Wait<>(REFUSAL);
    }
    try {
      return decide(address, password, client);
    } finally {
      leave(client);
    }
  }

  private void leave(Client client) {
    underWayByClient.computeIfPresent(
        client.network(), (network, attempts) -> attempts == 1 ? null : attempts - 1);
  }

  /** The same for all spellings of one Mailbox's address. */
  private static String key(String address) {
    return address.toLowerCase(Locale.ROOT);
  }

  /**
   * As {@link #attempt}, for whoever sends the password with every request and whose thread is one
   * of the server's: a password that was right within the last minute is not checked again, and no
   * more than {@link #THREADS} attempts are under way at once, so that a flood cannot take every
   * thread from those who are signed in.
   */
  SignInOutcome<Owner> attemptAgain(String address, String password, String client) {
    Optional<MailboxAddress> known = recentlyAccepted.mailbox(address, password);
    if (known.isPresent()) {
      return new SignInOutcome.Accepted<>(new Owner(known.get(), false));
    }
    if (!threads.tryAcquire()) {
      return new SignInOutcome.Wait<>(REFUSAL);
    }
    try {
      return attempt(address, password, client);
    } finally {
      threads.release();
    }
  }

  private SignInOutcome<Owner> decide(String address, String password, Client client) {
    Duration begun;
    Optional<Owner> opened;
    try {
      Duration remaining = throttle.begin(key(address), client.network());
      if (!remaining.isZero()) {
        return new SignInOutcome.Wait<>(remaining);
      }
      try {
        begun = ticker.elapsed();
        if (!checks.tryAcquire()) {
          LOG.log(
              System.Logger.Level.WARNING,
              "{0} passwords are being checked: one more sign-in turned away",
              CHECKS);
          return new SignInOutcome.Unavailable<>();
        }
        try {
          opened = opened(address, password);
        } catch (PasswordsUnavailable e) {
          if (remembered.isPresent()) {
            // It was a guess at what is remembered: as slow as any other.
            throttle.failed(key(address), client.network(), begun);
          }
          throw e;
        } finally {
          checks.release();
        }
        if (opened.isPresent()) {
          throttle.succeeded(key(address), client.network());
        } else {
          throttle.failed(key(address), client.network(), begun);
        }
      } finally {
        throttle.ended(key(address), client.network());
      }
    } catch (PasswordsUnavailable e) {
      LOG.log(System.Logger.Level.ERROR, "Nobody can sign in: " + e.getMessage(), e);
      return new SignInOutcome.Unavailable<>();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new SignInOutcome.Unavailable<>();
    }
    if (opened.isPresent()) {
      recentlyAccepted.remember(address, password, opened.get().mailbox());
      return new SignInOutcome.Accepted<>(opened.get());
    }
    // The line that fail2ban reads. The address came from outside: one line, nothing invisible.
    LOG.log(
        System.Logger.Level.INFO,
        "sign-in failed user=<{0}> rip={1}",
        address.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}<>]", "?"),
        client.address());
    ticker.waitUntil(sameEnd(begun));
    return new SignInOutcome.Refused<>();
  }

  private Optional<Owner> opened(String address, String password)
      throws PasswordsUnavailable, InterruptedException {
    List<MailboxAddress> mailboxes = mailboxes(address, password);
    try {
      for (MailboxAddress mailbox : mailboxes) {
        if (passwords.opens(mailbox, password)) {
          remembered.ifPresent(memory -> memory.remember(mailbox, password));
          return Optional.of(new Owner(mailbox, false));
        }
      }
      return Optional.empty();
    } catch (PasswordsUnavailable e) {
      if (remembered.isPresent()) {
        for (MailboxAddress mailbox : mailboxes) {
          if (remembered.get().opens(mailbox, password)) {
            LOG.log(System.Logger.Level.WARNING, "Remembered password of " + mailbox, e);
            return Optional.of(new Owner(mailbox, true));
          }
        }
      }
      // No refusal: it may be right, and of somebody who has not been here for long.
      throw e;
    }
  }

  /**
   * Which Mailboxes the typed address may mean: the one in lower case, as Dovecot names it by
   * default, then as typed. The password has to be that Mailbox's own, so trying both gives nothing
   * away. None where it is no address, or the password is one that no protocol can carry.
   */
  private static List<MailboxAddress> mailboxes(String address, String password) {
    boolean carried =
        !password.isEmpty()
            && password.length() <= LONGEST_PASSWORD
            && password.chars().noneMatch(c -> c == 0 || c == '\r' || c == '\n');
    if (!carried) {
      return List.of();
    }
    try {
      MailboxAddress typed = MailboxAddress.of(address);
      String domain = typed.domain().toLowerCase(Locale.ROOT);
      List<MailboxAddress> mailboxes = new ArrayList<>();
      mailboxes.add(new MailboxAddress(typed.localPart().toLowerCase(Locale.ROOT), domain));
      MailboxAddress asTyped = new MailboxAddress(typed.localPart(), domain);
      if (!mailboxes.contains(asTyped)) {
        mailboxes.add(asTyped);
      }
      return mailboxes;
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  private Duration sameEnd(Duration begun) {
    long refusals = ticker.elapsed().minus(begun).dividedBy(REFUSAL) + 1;
    return begun.plus(REFUSAL.multipliedBy(refusals));
  }
}
