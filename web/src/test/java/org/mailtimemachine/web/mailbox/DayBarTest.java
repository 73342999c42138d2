package org.mailtimemachine.web.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;

class DayBarTest {

  private static SnapshotSummary taken(String name, String at) {
    return new SnapshotSummary(new SnapshotName(name), Instant.parse(at), 1, true);
  }

  @Test
  void aNightThatWasMadeUpForShowsItsTrueTime() {
    ZoneId rome = ZoneId.of("Europe/Rome");
    assertThat(DayBar.otherTime(taken("2026-11-22", "2026-11-22T08:14:00Z"), rome))
        .contains(LocalDateTime.of(2026, 11, 22, 9, 14));
    assertThat(DayBar.otherTime(taken("2026-11-22", "2026-11-21T23:00:09Z"), rome)).isEmpty();
    assertThat(DayBar.otherTime(taken("2026-11-22T1530", "2026-11-22T14:30:41Z"), rome)).isEmpty();
  }

  @Test
  void aDayThatBeginsAtOneIsPunctualAtOne() {
    ZoneId cairo = ZoneId.of("Africa/Cairo");
    assertThat(DayBar.otherTime(taken("2026-04-24", "2026-04-23T22:00:00Z"), cairo)).isEmpty();
  }
}
