package org.mailtimemachine.mirror.copy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.commons.codec.digest.DigestUtils;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;

/**
 * What of the spool is not what came any more. The mail server may have been told that it is kept,
 * so it does not vanish: it is moved to {@code damaged} in the spool, for whoever can read more of
 * it, and is a {@link Gap}. A power cut leaves such a one too of which nobody was told; the mail
 * server then sends it again. Safe for use by several threads.
 */
final class DamagedCopies {

  private static final Logger LOG = System.getLogger(DamagedCopies.class.getName());
  private static final FileName DIRECTORY = new FileName("damaged");
  private static final String ENVELOPE = ".whole";
  private static final int MODE = 0600;

  /** For so long a text is read that cannot be. */
  private static final Duration READ_AGAIN = Duration.ofMinutes(5);

  private final DirectoryHandle spool;
  private final SyncedNames names;
  private final Clock clock;
  private final Consumer<Gap> gaps;

  /** Since when texts cannot be read that may be readable later. */
  private final Map<FileName, Instant> unread = new ConcurrentHashMap<>();

  /** Those that are gaps already, and could not be moved yet. */
  private final Set<FileName> stuck = ConcurrentHashMap.newKeySet();

  DamagedCopies(DirectoryHandle spool, SyncedNames names, Clock clock, Consumer<Gap> gaps) {
    this.spool = spool;
    this.names = names;
    this.clock = clock;
    this.gaps = gaps;
  }

  /** The text of a message is not there, cannot be read, or is not what came. */
  static final class DamagedTextException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedTextException(String message) {
      super(message);
    }

    DamagedTextException(String message, IOException cause) {
      super(message, cause);
    }
  }

  /**
   * Reads all of a text.
   *
   * @throws IOException where it cannot be read now: that says nothing about it, unless it goes on
   */
  void requireWhole(SpooledMessage message) throws IOException {
    try (ReadableFile text = spool.file(message.id())) {
      requireWhole(text, message);
      unread.remove(message.id());
    } catch (DamagedTextException e) {
      throw e;
    } catch (PosixException e) {
      if (Rereads.isPassing(e) || (!Rereads.isGone(e) && isReadAgain(message))) {
        throw e;
      }
      throw unreadable(e);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** By time, which is one for all its mailboxes: it is a gap when it is damaged for each. */
  private boolean isReadAgain(SpooledMessage message) {
    Instant now = clock.instant();
    Instant first = // never of a clock that was ahead
        unread.merge(message.id(), now, (old, _) -> old.isAfter(now) ? now : old);
    return now.isBefore(first.plus(READ_AGAIN));
  }

  private static DamagedTextException unreadable(IOException cause) {
    return new DamagedTextException("cannot be read: " + cause, cause);
  }

  /** The same of one that is open. */
  static void requireWhole(ReadableFile text, SpooledMessage message) throws IOException {
    try (InputStream content = text.stream()) {
      if (!DigestUtils.sha256Hex(content).equals(message.arrival().sha256())) {
        throw new DamagedTextException("not what came any more: " + message.id());
      }
    }
  }

  /**
   * Those recipients have no copy of it.
   *
   * @return false where it could not be moved now, and is where it was
   */
  boolean setAside(SpooledMessage message, List<String> recipients, IOException cause) {
    Arrival arrival = message.arrival();
    if (stuck.add(message.id())) { // else it was told when that was tried before
      gaps.accept(
          new Gap(
              clock.instant(),
              arrival.queueId().orElse(""),
              arrival.sender(),
              recipients,
              cause.toString()));
    }
    if (!isMoved(message, cause)) {
      return false;
    }
    stuck.remove(message.id());
    unread.remove(message.id());
    return true;
  }

  private boolean isMoved(SpooledMessage message, IOException cause) {
    FileName envelope = new FileName(message.id().bytes() + ENVELOPE);
    try (DirectoryHandle damaged = spool.makeDirectory(DIRECTORY, 0700)) {
      EnvelopeFiles.remove(damaged, envelope); // of an attempt that failed, or died, here
      try (NewFile file = damaged.create(envelope, MODE)) {
        file.write(message.arrival().text().getBytes(US_ASCII));
        file.sync();
      }
      told(message.id(), cause);
      move(List.of(message.id()), damaged);
      message.noted().forget();
      return true;
    } catch (IOException e) {
      LOG.log(Level.ERROR, "a damaged copy stays in the spool: " + message.id(), e);
      return false;
    }
  }

  /**
   * A journal with something in it that was never written there; what is sound is read from it.
   *
   * @throws IOException where it cannot be kept: it must not go with what it says of messages
   */
  void keep(FileName journal) throws IOException {
    try (DirectoryHandle damaged = spool.makeDirectory(DIRECTORY, 0700)) {
      // Numbers begin anew when all is done: there may be another one of that name.
      FileStatus status = spool.status(journal);
      FileName name = new FileName(journal.bytes() + '.' + status.inode());
      if (isThere(damaged, name, status)) {
        return; // which was told when it was found
      }
      spool.link(journal, damaged, name);
      try {
        damaged.sync();
      } catch (IOException e) {
        damaged.unlink(name); // a later sync would say that it is there
        throw e;
      }
      IOException cause = new IOException("damaged: " + spool.describe(journal));
      told(name, cause);
      gaps.accept(new Gap(clock.instant(), "", "", List.of(), cause.toString()));
    }
  }

  private static boolean isThere(DirectoryHandle damaged, FileName name, FileStatus status)
      throws IOException {
    try {
      return damaged.status(name).sameInode(status);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  private void told(FileName what, IOException cause) {
    LOG.log(
        Level.ERROR,
        "a copy is damaged, and is kept in %s: %s".formatted(spool.describe(DIRECTORY), what),
        cause);
  }

  /**
   * Nobody can tell whose it is.
   *
   * @throws IOException where it cannot be moved: who would go on takes it for one that never came
   */
  void setAside(FileName id, FileName envelope, IOException cause) throws IOException {
    move(id, envelope, cause);
    gaps.accept(new Gap(clock.instant(), "", "", List.of(), cause.toString()));
  }

  /** The text first: without an envelope it would be taken for one that never came whole. */
  private void move(FileName id, FileName envelope, IOException cause) throws IOException {
    told(id, cause);
    try (DirectoryHandle damaged = spool.makeDirectory(DIRECTORY, 0700)) {
      move(List.of(id, envelope), damaged);
    }
  }

  private void move(List<FileName> files, DirectoryHandle damaged) throws IOException {
    int since = names.failures();
    try {
      for (FileName each : files) {
        move(each, spool, damaged);
      }
      damaged.sync();
      names.sync(since);
    } catch (IOException e) {
      // What a sync has missed a later one does not put on the disk, and says nothing: whoever
      // tries again has to move them again.
      for (FileName each : files.reversed()) {
        try {
          move(each, damaged, spool);
        } catch (IOException again) {
          e.addSuppressed(again);
        }
      }
      throw e;
    }
  }

  /** What a process that died has moved is not there any more. */
  private static void move(FileName name, DirectoryHandle from, DirectoryHandle to)
      throws IOException {
    try {
      from.rename(name, to, name);
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }
}
