package org.mailtimemachine.restore.desk;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * Who may look at a live Mailbox now: a plan lists all of it, and whoever opens the dialog again
 * and again would keep the disk from the mail server. Safe for use by several threads.
 */
final class PlanningTurns {

  private static final int AT_ONCE = 4;

  /** Mailboxes share them by their hash code. */
  private static final int LANES = 64;

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Semaphore all = new Semaphore(AT_ONCE, true);
  private final Semaphore[] lanes =
      Stream.generate(() -> new Semaphore(1, true)).limit(LANES).toArray(Semaphore[]::new);

  /** A turn, until it is closed. */
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits for a turn.
   *
   * @throws RequestRefusedException where too many wait
   */
  Turn take(MailboxAddress mailbox) throws RequestRefusedException, InterruptedIOException {
    Semaphore lane = lanes[Math.floorMod(mailbox.hashCode(), LANES)];
    acquire(lane, mailbox);
    try {
      acquire(all, mailbox);
    } catch (RequestRefusedException | InterruptedIOException e) {
      lane.release();
      throw e;
    }
    return () -> {
      all.release();
      lane.release();
    };
  }

  private static void acquire(Semaphore semaphore, MailboxAddress mailbox)
      throws RequestRefusedException, InterruptedIOException {
    try {
      if (!semaphore.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new RequestRefusedException(
            RequestRefusedException.Why.BUSY, "too many restores are planned: " + mailbox);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException)
          new InterruptedIOException("interrupted while waiting to plan").initCause(e);
    }
  }
}
