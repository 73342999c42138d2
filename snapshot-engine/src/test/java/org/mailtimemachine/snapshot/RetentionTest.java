package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RetentionTest {

  private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

  private static List<SnapshotName> nights(int from, int to) {
    return IntStream.rangeClosed(-from, -to)
        .mapToObj(ago -> SnapshotName.nightly(TODAY.plusDays(ago)))
        .toList();
  }

  private static List<SnapshotName> expired(LocalDate today, List<SnapshotName> names) {
    return Retention.DEFAULT.expired(today, names, names);
  }

  @Test
  void fifteenDaysBeforeTodayAreKept() {
    assertThat(expired(TODAY, nights(20, 0)))
        .containsExactlyElementsOf(nights(20, 16))
        .doesNotContain(SnapshotName.nightly(TODAY.minusDays(15)));
  }

  @Test
  void nothingExpiresWhileThereAreNotEnoughNewerDays() {
    assertThat(expired(TODAY, nights(40, 30))).isEmpty();
    assertThat(expired(TODAY, nights(40, 26))).isEmpty();
    assertThat(expired(TODAY, nights(40, 25))).containsExactlyElementsOf(nights(40, 40));
  }

  @Test
  void aClockThatJumpedByAYearTakesNothingAway() {
    List<SnapshotName> names =
        Stream.concat(nights(15, 0).stream(), Stream.of(SnapshotName.nightly(TODAY.plusYears(1))))
            .toList();
    assertThat(expired(TODAY.plusYears(1), names))
        .hasSize(2)
        .containsExactlyElementsOf(nights(15, 14));
    assertThat(expired(TODAY.plusYears(1), nights(14, 0))).isEmpty();
  }

  @Test
  void daysThatAreNotCompleteDoNotPushOutOlderOnes() {
    List<SnapshotName> all = nights(20, 0);
    assertThat(Retention.DEFAULT.expired(TODAY, nights(20, 10), all)).isEmpty();
  }

  @Test
  void snapshotsByHandGoWithTheirDay() {
    SnapshotName byHand = new SnapshotName("2026-11-02T1530");
    List<SnapshotName> names =
        Stream.concat(nights(20, 0).stream(), Stream.of(byHand)).sorted().toList();
    assertThat(expired(TODAY, names)).contains(byHand, new SnapshotName("2026-11-02"));
    assertThat(expired(TODAY, names)).doesNotContain(new SnapshotName("2026-11-07"));
  }

  @Test
  void aRetentionOfNoDaysIsRefused() {
    assertThatThrownBy(() -> new Retention(0)).hasMessageContaining("at least 1 day");
  }
}
