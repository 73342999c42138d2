package org.mailtimemachine.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ThrottleTest {

  private final AtomicReference<Duration> now = new AtomicReference<>(Duration.ofDays(3));
  private final Throttle throttle =
      new Throttle(
          new Ticker() {
            @Override
            public Duration elapsed() {
              return now.get();
            }

            @Override
            public void waitUntil(Duration elapsed) {
              now.set(elapsed);
            }
          });

  @Test
  void whatWasQuietForLongIsNotKept() {
    for (int i = 0; i < 100; i++) {
      throttle.failed("nobody" + i + "@example.org", "192.0.2.1", now.get());
    }
    assertThat(throttle.size()).isEqualTo(100);

    now.updateAndGet(Throttle.FORGOTTEN_AFTER::plus);

    assertThat(throttle.remaining("anna@example.org", "192.0.2.1")).isZero();
    assertThat(throttle.size()).isZero();
  }

  @Test
  void noMoreThanTheLatestAreKept() {
    for (int i = 0; i < Throttle.MOST + 5; i++) {
      throttle.failed("nobody" + i + "@example.org", "192.0.2.1", now.get());
    }

    assertThat(throttle.size()).isEqualTo(Throttle.MOST);
    assertThat(throttle.remaining("nobody4@example.org", "192.0.2.1")).isZero();
    assertThat(throttle.remaining("nobody5@example.org", "192.0.2.1")).isPositive();
  }
}
