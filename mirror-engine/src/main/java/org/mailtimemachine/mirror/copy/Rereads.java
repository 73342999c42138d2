package org.mailtimemachine.mirror.copy;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.PosixException;

/**
 * What cannot be read now is not damaged yet: a path to the disk fails over, too many files are
 * open. Whoever starts reads it again for a while; all that he reads share that while, so that one
 * that is damaged does not keep the mail waiting for long.
 */
final class Rereads {

  private static final Logger LOG = System.getLogger(Rereads.class.getName());
  private static final int SECONDS = 60;

  private final Pause pause;
  private int left;

  Rereads() {
    this(SECONDS, () -> Thread.sleep(1_000));
  }

  /**
   * The same with another while.
   *
   * @param times that something is read again, in all
   */
  Rereads(int times, Pause pause) {
    this.left = times;
    this.pause = pause;
  }

  /** Before something is read again. */
  @FunctionalInterface
  interface Pause {
    void await() throws InterruptedException;
  }

  /** What reads something. */
  @FunctionalInterface
  interface Reading<T> {
    T read() throws IOException;
  }

  /** Reads it, once more where it may be readable then. */
  <T> T read(Reading<T> reading) throws IOException {
    while (true) {
      try {
        return reading.read();
      } catch (PosixException e) {
        if (left == 0 || isGone(e)) {
          throw e;
        }
        left--;
        LOG.log(Level.WARNING, "it is read once more in a moment", e);
        try {
          pause.await();
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          e.addSuppressed(interrupted);
          throw e;
        }
      }
    }
  }

  /** Whether it will not be there later either. */
  static boolean isGone(PosixException e) {
    return e.is(Errno.ENOENT) || e.is(Errno.ELOOP) || e.is(Errno.ENOTDIR) || e.is(Errno.EISDIR);
  }

  /** Whether that is about this process or this moment, and says nothing of what is read. */
  static boolean isPassing(IOException failure) {
    return failure instanceof PosixException e
        && switch (e.errno()) {
          case EMFILE, ENFILE, ENOMEM, EINTR, EAGAIN, EACCES, EPERM -> true;
          default -> false;
        };
  }
}
