package org.mailtimemachine.pages;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Time that only moves forward, and waiting for it. A test moves it by hand. */
public interface Ticker {

  /** The machine's own. */
  Ticker SYSTEM =
      new Ticker() {
        @Override
        public Duration elapsed() {
          return Duration.ofNanos(System.nanoTime());
        }

        @Override
        public void waitUntil(Duration elapsed) {
          for (Duration left = elapsed.minus(elapsed());
              left.isPositive() && !Thread.currentThread().isInterrupted();
              left = elapsed.minus(elapsed())) {
            LockSupport.parkNanos(left.toNanos());
          }
        }
      };

  /** Time since some fixed moment. */
  Duration elapsed();

  /** Returns when {@link #elapsed()} has reached this, or the thread is interrupted. */
  void waitUntil(Duration elapsed);
}
