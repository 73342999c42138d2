package org.mailtimemachine.admin.nights;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class RetriesTest {

  private static final LocalDate NIGHT = LocalDate.of(2026, 11, 22);
  private static final Instant MIDNIGHT = Instant.parse("2026-11-22T00:00:00Z");

  private final Retries retries = new Retries();

  @Test
  void thePausesGrowToAnHour() {
    assertThat(retries.allow(NIGHT, MIDNIGHT)).isTrue();
    for (int minutes : new int[] {15, 30, 60, 60}) {
      assertThat(retries.failed(NIGHT, MIDNIGHT)).isEqualTo(Duration.ofMinutes(minutes));
      Instant then = MIDNIGHT.plus(Duration.ofMinutes(minutes));
      assertThat(retries.allow(NIGHT, then.minusMillis(1))).isFalse();
      assertThat(retries.allow(NIGHT, then)).isTrue();
    }
  }

  @Test
  void theNextNightIsNotWaitedFor() {
    retries.failed(NIGHT, MIDNIGHT);
    assertThat(retries.allow(NIGHT.plusDays(1), MIDNIGHT)).isTrue();
    assertThat(retries.failed(NIGHT.plusDays(1), MIDNIGHT)).isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void aClockThatWasSetBackIsNotWaitedFor() {
    retries.failed(NIGHT, MIDNIGHT);
    assertThat(retries.allow(NIGHT, MIDNIGHT.minusSeconds(1))).isTrue();
  }
}
