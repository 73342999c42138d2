package org.mailtimemachine.mirror.copy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.List;
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

  private final DirectoryHandle spool;
  private final Clock clock;
  private final Consumer<Gap> gaps;

  /** Those that are gaps already, and could not be moved yet. */
  private final Set<FileName> stuck = ConcurrentHashMap.newKeySet();

  DamagedCopies(DirectoryHandle spool, Clock clock, Consumer<Gap> gaps) {
    this.spool = spool;
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

  /** Reads all of a text. */
  void requireWhole(SpooledMessage message) throws DamagedTextException {
    try (ReadableFile text = spool.file(message.id())) {
      requireWhole(text, message);
    } catch (DamagedTextException e) {
      throw e;
    } catch (IOException e) {
      throw new DamagedTextException("cannot be read: " + e, e);
    }
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
    return true;
  }

  private boolean isMoved(SpooledMessage message, IOException cause) {
    FileName envelope = new FileName(message.id().bytes() + ENVELOPE);
    try (DirectoryHandle damaged = spool.makeDirectory(DIRECTORY, 0700)) {
      try (NewFile file = damaged.create(envelope, MODE)) {
        file.write(message.arrival().text().getBytes(US_ASCII));
        file.sync();
      } catch (PosixException e) {
        if (!e.is(Errno.EEXIST)) { // of a process that died here
          throw e;
        }
      }
      told(message.id(), cause);
      move(message.id(), damaged);
      damaged.sync();
      spool.sync();
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
      damaged.sync();
      spool.sync();
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
      for (FileName each : List.of(id, envelope)) {
        move(each, damaged);
      }
      damaged.sync();
      spool.sync();
    }
  }

  private void move(FileName name, DirectoryHandle damaged) throws IOException {
    try {
      spool.rename(name, damaged, name);
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }
}
