package org.mailtimemachine.mailstore.maildir;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileOwner;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;

/**
 * The lock by which Dovecot's processes take turns in changing a file: {@code <file>.lock} beside
 * it, made by whoever finds none, with {@code <pid>:<host>} in it. Like Dovecot ({@code
 * file-dotlock.c}) this takes over the lock of a process of this host that is dead, and one that is
 * older than two minutes. Hold it for milliseconds: IMAP sessions wait for it.
 */
final class DovecotLock implements Closeable {

  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration BETWEEN = Duration.ofMillis(20);
  private static final Duration STALE = Duration.ofMinutes(2);
  private static final Path HOST = Path.of("/proc/sys/kernel/hostname");

  private final DirectoryHandle directory;
  private final FileName lock;

  private DovecotLock(DirectoryHandle directory, FileName lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Takes the lock of a file, which need not be there.
   *
   * @return empty where somebody has held it all the time
   */
  static Optional<DovecotLock> take(DirectoryHandle directory, String file, InstantSource clock)
      throws IOException {
    FileName lock = new FileName(file + ".lock");
    String host = Files.readString(HOST).strip();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        write(directory, lock, ProcessHandle.current().pid() + ":" + host);
        return Optional.of(new DovecotLock(directory, lock));
      } catch (PosixException e) {
        if (!e.is(Errno.EEXIST)) {
          throw e;
        }
      }
      if (isStale(directory, lock, host, clock.instant())) {
        remove(directory, lock);
      } else if (System.nanoTime() - end > 0) {
        return Optional.empty();
      } else {
        pause();
      }
    }
  }

  private static void write(DirectoryHandle directory, FileName lock, String holder)
      throws IOException {
    try (NewFile file = directory.create(lock, 0600)) {
      try {
        file.write(holder.getBytes(ISO_8859_1));
        file.flush();
        // Dovecot's processes must be able to read whose it is.
        FileStatus owner = directory.status();
        if (file.status().owner() != owner.owner()) {
          file.setOwner(FileOwner.of(owner));
        }
      } catch (IOException e) {
        remove(directory, lock);
        throw e;
      }
    }
  }

  private static boolean isStale(DirectoryHandle directory, FileName lock, String host, Instant now)
      throws IOException {
    try {
      if (directory.status(lock).modified().isBefore(now.minus(STALE))) {
        return true;
      }
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false; // let go meanwhile
      }
      throw e;
    }
    List<String> lines = MetadataFile.lines(directory, lock.text(), _ -> {});
    String[] holder = lines.isEmpty() ? new String[0] : lines.getFirst().split(":", 2);
    return holder.length == 2
        && holder[1].equals(host)
        && holder[0].matches("[0-9]{1,9}")
        && ProcessHandle.of(Long.parseLong(holder[0])).isEmpty();
  }

  private static void remove(DirectoryHandle directory, FileName lock) throws IOException {
    try {
      directory.unlink(lock);
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(BETWEEN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a lock of the IMAP server was waited for", e);
    }
  }

  @Override
  public void close() throws IOException {
    remove(directory, lock);
  }
}
