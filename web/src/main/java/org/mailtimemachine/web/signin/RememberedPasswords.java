package org.mailtimemachine.web.signin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.pages.Ticker;
import org.mailtimemachine.restore.administrator.PasswordHash;
import org.mailtimemachine.snapshot.catalogue.AcceptedPasswords;

/**
 * Knows the last password that the mail server took from each Mailbox, for days on which it does
 * not answer. What is kept is a slow hash of a keyed digest: neither who has the database nor who
 * has the key alone can try passwords. Safe for use by several threads.
 */
final class RememberedPasswords {

  private static final System.Logger LOG = System.getLogger(RememberedPasswords.class.getName());
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;
  private static final int KEY_MODE = 0600;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration KEPT_ANEW = Duration.ofDays(1);

  private final AcceptedPasswords kept;
  private final SecretKeySpec key;
  private final Duration longest;
  private final Clock clock;
  private final RecentlyAccepted keptLately;

  /** A hash takes a tenth of a second of a processor: a flood must not take all of them. */
  private final Semaphore hashing = new Semaphore(1);

  /**
   * Makes one.
   *
   * @param key from {@link #key(Path)}
   * @param longest how long a password counts after the mail server took it
   */
  RememberedPasswords(
      AcceptedPasswords kept, byte[] key, Duration longest, Clock clock, Ticker ticker) {
    this.kept = kept;
    this.key = new SecretKeySpec(key, ALGORITHM);
    this.longest = longest;
    this.clock = clock;
    this.keptLately = new RecentlyAccepted(ticker, KEPT_ANEW);
  }

  /**
   * The key in a file, which is made where there is none. Of two servers that make it at once, one
   * does.
   *
   * @throws IOException also where the file is none that was made here
   */
  static byte[] key(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (!Files.exists(file) && directory != null) {
      make(file, directory);
    }
    byte[] key = Files.readAllBytes(file);
    if (key.length != KEY_BYTES) {
      throw new IOException(
          "%s has %d bytes, a key has %d: remove it, and it is made anew"
              .formatted(file, key.length, KEY_BYTES));
    }
    return key;
  }

  private static void make(Path file, Path parent) throws IOException {
    Path temporary =
        Files.createTempFile(
            parent,
            ".key-",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (DirectoryHandle directory = DirectoryHandle.open(parent);
        NewFile made =
            directory.append(FileName.ofText(temporary.getFileName().toString()), KEY_MODE)) {
      byte[] random = new byte[KEY_BYTES];
      new SecureRandom().nextBytes(random);
      made.write(random);
      made.sync();
      Files.createLink(file, temporary);
      directory.sync();
    } catch (FileAlreadyExistsException e) {
      LOG.log(System.Logger.Level.DEBUG, "another server made {0} just now", file);
    } finally {
      Files.delete(temporary);
    }
  }

  /** Keeps a password that the mail server took. Whoever signs in does so, kept or not. */
  void remember(MailboxAddress mailbox, String password) {
    if (keptLately.mailbox(mailbox.toString(), password).isPresent()) {
      return;
    }
    try {
      String hash = PasswordHash.of(digest(mailbox, password)).text();
      Instant now = clock.instant();
      kept.keep(mailbox, new AcceptedPasswords.Proof(hash, now), now.minus(longest));
      keptLately.remember(mailbox.toString(), password, mailbox);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "the sign-in of " + mailbox + " is not remembered", e);
    }
  }

  /**
   * Whether the mail server took this password last, and not too long ago. The answer takes the
   * same time for a Mailbox of which nothing is known.
   *
   * @throws PasswordsUnavailable where that cannot be found out
   */
  boolean opens(MailboxAddress mailbox, String password)
      throws PasswordsUnavailable, InterruptedException {
    Instant oldest = clock.instant().minus(longest);
    Optional<PasswordHash> last;
    try {
      last =
          kept.find(mailbox)
              .filter(accepted -> !accepted.at().isBefore(oldest))
              .map(accepted -> new PasswordHash(accepted.hash()));
    } catch (RuntimeException e) {
      throw new PasswordsUnavailable("the database", e);
    }
    if (!hashing.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new PasswordsUnavailable("this server, where many are checked", null);
    }
    try {
      boolean same = last.orElse(PasswordHash.NOBODY).matches(digest(mailbox, password));
      return last.isPresent() && same;
    } finally {
      hashing.release();
    }
  }

  private String digest(MailboxAddress mailbox, String password) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(mailbox.toString().getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
