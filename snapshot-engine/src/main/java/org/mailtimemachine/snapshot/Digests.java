package org.mailtimemachine.snapshot;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.manifest.Lines;

/**
 * The SHA-256 of the Messages of one Mailbox: a file that grows while Messages are read for the
 * first time. It is what tells bit rot from mail, so no line may get lost unseen: each says when it
 * was written (one that comes late proves less) and has a check sum of its own.
 */
final class Digests {

  private static final FileName DIGESTS = new FileName("digests");
  private static final int SHA_256 = 64;
  private static final int CHECK = 8;
  private static final Duration WAIT = Duration.ofMillis(20);
  private static final int MOST_WAITS = 1_500;

  private final DirectoryHandle mailbox;

  Digests(DirectoryHandle mailbox) {
    this.mailbox = mailbox;
  }

  /** Whether a file of that name in the directory of a Mailbox holds digests. */
  static boolean isFile(FileName name) {
    return name.equals(DIGESTS);
  }

  /** Forgets all of them, with the last Message. */
  static void remove(DirectoryHandle mailbox) throws IOException {
    StoreFiles.removeIfThere(mailbox, DIGESTS);
  }

  /**
   * What was recorded of a Message.
   *
   * @param sha256 in hexadecimal
   * @param since the date (UTC) on which it was hashed, where that is known
   */
  record Digest(String sha256, Optional<LocalDate> since) {}

  /**
   * What the file says.
   *
   * @param damaged lines that are not as they were written and that no good line of the same
   *     Message makes up for; a crash may have torn one, and that Message is hashed again
   */
  record Recorded(Map<String, Digest> byPoolName, List<String> damaged) {}

  /** All of them; the first line for a Message counts. */
  Recorded read() throws IOException {
    Map<String, Digest> digests = new HashMap<>();
    List<String> damaged = new ArrayList<>();
    String text;
    try {
      text = new String(StoreFiles.read(mailbox, DIGESTS), US_ASCII);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return new Recorded(digests, damaged);
      }
      throw e;
    }
    for (String line : text.split("\n", -1)) {
      if (!line.isEmpty() && !read(line.split(" ", -1), digests)) {
        damaged.add(line);
      }
    }
    damaged.removeIf(line -> digests.containsKey(line.split(" ", -1)[0]));
    return new Recorded(digests, damaged);
  }

  private static boolean read(String[] fields, Map<String, Digest> digests) {
    if (fields.length < 2 || fields[0].isEmpty() || fields[1].length() != SHA_256) {
      return false;
    }
    try {
      switch (fields.length) {
        case 2 -> digests.putIfAbsent(fields[0], new Digest(fields[1], Optional.empty()));
        case 4 -> {
          if (!check(fields[0], fields[1], fields[2]).equals(fields[3])) {
            return false;
          }
          Optional<LocalDate> since = Optional.of(LocalDate.parse(fields[2]));
          digests.putIfAbsent(fields[0], new Digest(fields[1], since));
        }
        default -> {
          return false;
        }
      }
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static String check(String name, String sha256, String since) {
    String line = name + ' ' + sha256 + ' ' + since;
    return Lines.sha256(line.getBytes(US_ASCII)).substring(0, CHECK);
  }

  private static String line(String name, Digest digest) {
    String start = name + ' ' + digest.sha256();
    return digest
        .since()
        .map(LocalDate::toString)
        .map(since -> start + ' ' + since + ' ' + check(name, digest.sha256(), since) + '\n')
        .orElse(start + '\n');
  }

  /** Appends the digests of Messages that were read for the first time. */
  void record(Map<String, String> fresh) throws IOException {
    try (NewFile file = hold()) {
      file.touch(); // the clock of the file system says when; nobody can set it by a setting
      LocalDate now = LocalDate.ofInstant(file.status().modified(), ZoneOffset.UTC);
      // The newline in front ends a line that a crash may have torn.
      StringBuilder text = new StringBuilder("\n");
      fresh.forEach(
          (name, sha256) -> text.append(line(name, new Digest(sha256, Optional.of(now)))));
      file.write(text.toString().getBytes(US_ASCII));
      file.sync();
    }
    mailbox.sync();
  }

  /** Forgets those of all Messages but these. */
  void retain(Set<String> needed) throws IOException {
    if (needed.containsAll(read().byPoolName().keySet())) {
      return;
    }
    try (NewFile held = hold()) {
      assert held != null;
      Recorded recorded = read();
      StringBuilder text = new StringBuilder();
      recorded
          .byPoolName()
          .forEach((name, digest) -> text.append(needed.contains(name) ? line(name, digest) : ""));
      // What cannot be read stays, so that somebody sees it.
      recorded.damaged().forEach(line -> text.append(line).append('\n'));
      StoreFiles.publish(mailbox, DIGESTS, text.toString().getBytes(US_ASCII));
    }
  }

  /**
   * Opens the file for whoever writes, and nobody else meanwhile: the server appends while an
   * expiry rewrites the file, and what went into the old one would be lost.
   */
  private NewFile hold() throws IOException {
    for (int attempt = 0; attempt < MOST_WAITS; attempt++) {
      NewFile file = mailbox.append(DIGESTS, 0600);
      try {
        if (file.tryLock() && file.status().sameInode(mailbox.status(DIGESTS))) {
          return file;
        }
        file.close();
        Thread.sleep(WAIT);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (InterruptedIOException)
            new InterruptedIOException("waiting for " + mailbox.describe(DIGESTS)).initCause(e);
      } catch (IOException e) {
        file.close();
        throw e;
      }
    }
    throw new StoreException("somebody else keeps writing " + mailbox.describe(DIGESTS));
  }
}
