package org.mailtimemachine.command;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, or a service that is stopped, while something goes on that must come to rest first: the
 * process ends when it has, or after half a minute.
 */
final class Interruption implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final CountDownLatch rest = new CountDownLatch(1);
  private final Thread hook = new Thread(this::end, "interruption");
  private volatile boolean interrupted;

  private Interruption() {}

  /** Watches until it is closed. */
  static Interruption watch() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  private void end() {
    interrupted = true;
    try {
      if (!rest.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("mtm: it does not come to rest; what was not done can be resumed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Is called between two steps.
   *
   * @throws CancellationException where the process is to end
   */
  void check() {
    if (interrupted) {
      throw new CancellationException("interrupted");
    }
  }

  /** It came to rest. */
  @Override
  public void close() {
    rest.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process ends, and the hook has waited for this
    }
  }
}
