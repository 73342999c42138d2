package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
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

  private static NavigableSet<LocalDate> dates(Collection<SnapshotName> names) {
    return names.stream().map(SnapshotName::date).collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<SnapshotName> expired(LocalDate today, List<SnapshotName> names) {
    return Retention.DEFAULT.expired(today, dates(names), names);
  }

  private static List<SnapshotName> and(List<SnapshotName> names, SnapshotName... more) {
    return Stream.concat(names.stream(), Stream.of(more)).sorted().toList();
  }

  @Test
  void fifteenDaysBeforeTodayAreKept() {
    assertThat(expired(TODAY, nights(20, 0)))
        .containsExactlyElementsOf(nights(20, 16))
        .doesNotContain(SnapshotName.nightly(TODAY.minusDays(15)));
  }

  @Test
  void nothingExpiresWhileThereAreNotEnoughNewerNights() {
    List<SnapshotName> gap = Stream.concat(nights(40, 30).stream(), nights(3, 0).stream()).toList();
    assertThat(expired(TODAY, gap)).isEmpty();
    gap = Stream.concat(nights(41, 30).stream(), nights(3, 0).stream()).toList();
    assertThat(expired(TODAY, gap)).containsExactlyElementsOf(nights(41, 41));
  }

  @Test
  void aHostThatWasOffForAMonthDeletesNothingInTheFirstNight() {
    assertThat(expired(TODAY, nights(90, 31))).isEmpty();
    assertThat(expired(TODAY, and(nights(90, 31), SnapshotName.nightly(TODAY)))).isEmpty();
  }

  @Test
  void aClockThatJumpedByAYearTakesNothingAway() {
    SnapshotName ahead = SnapshotName.nightly(TODAY.plusYears(1));
    assertThat(expired(TODAY.plusYears(1), and(nights(30, 0), ahead))).isEmpty();
    assertThat(expired(TODAY.plusYears(1), nights(30, 0))).isEmpty();
  }

  @Test
  void nightsOfTheFutureTakeNoPlace() {
    List<SnapshotName> old = nights(30, 20);
    List<SnapshotName> future =
        IntStream.range(300, 330)
            .mapToObj(ahead -> SnapshotName.nightly(TODAY.plusDays(ahead)))
            .toList();
    List<SnapshotName> all =
        Stream.of(old, nights(2, 0), future).flatMap(List::stream).sorted().toList();
    assertThat(expired(TODAY, all)).isEmpty();
  }

  @Test
  void aClockThatWentBackTakesNothingAway() {
    assertThat(expired(TODAY.minusDays(1), nights(15, 0))).isEmpty();
    assertThat(expired(TODAY.minusDays(400), nights(15, 0))).isEmpty();
  }

  @Test
  void nightsThatDoNotCountPushOutNothing() {
    assertThat(Retention.DEFAULT.expired(TODAY, dates(nights(20, 10)), nights(20, 0))).isEmpty();
  }

  @Test
  void snapshotsByHandGoWithTheirDay() {
    SnapshotName byHand = new SnapshotName("2026-11-02T1530");
    List<SnapshotName> names = and(nights(20, 0), byHand);
    assertThat(expired(TODAY, names)).contains(byHand, new SnapshotName("2026-11-02"));
    assertThat(expired(TODAY, names)).doesNotContain(new SnapshotName("2026-11-07"));
  }

  @Test
  void theNewestNightOfEachOfTheLastWeeksIsKeptLonger() {
    // 2026-11-22 is a Sunday, the last day of its ISO week.
    List<SnapshotName> names = and(nights(60, 0), new SnapshotName("2026-10-25T1200"));
    Retention fiveWeeks = new Retention(15, 5, 0);
    assertThat(names)
        .filteredOn(n -> !fiveWeeks.expired(TODAY, dates(names), names).contains(n))
        .containsExactlyElementsOf(
            and(
                nights(15, 0),
                new SnapshotName("2026-10-25"), // the Sundays of four and three weeks ago
                new SnapshotName("2026-11-01")));
  }

  @Test
  void theNewestNightOfEachOfTheLastMonthsIsKeptLonger() {
    Retention threeMonths = new Retention(15, 0, 3);
    List<SnapshotName> names = nights(120, 0);
    assertThat(names)
        .filteredOn(n -> !threeMonths.expired(TODAY, dates(names), names).contains(n))
        .containsExactlyElementsOf(
            and(nights(15, 0), new SnapshotName("2026-09-30"), new SnapshotName("2026-10-31")));
  }

  @Test
  void weeksWithoutANightAreNotCounted() {
    List<SnapshotName> names =
        Stream.concat(nights(200, 193).stream(), nights(20, 0).stream()).toList();
    assertThat(new Retention(15, 5, 0).over(TODAY, dates(names), names))
        .doesNotContain(SnapshotName.nightly(TODAY.minusDays(193)))
        .contains(SnapshotName.nightly(TODAY.minusDays(194)));
  }

  @Test
  void theWeeksAndMonthsOfARemovedMailboxRunOutWithTheNightsThatProveItsAbsence() {
    List<SnapshotName> its = nights(200, 150);
    NavigableSet<LocalDate> nights = dates(nights(200, 0));
    assertThat(new Retention(15, 5, 2).expired(TODAY, nights, its)).isEqualTo(its);
    assertThat(new Retention(15, 5, 2).over(TODAY, nights, its)).isEqualTo(its);
    // 150 days before is 2026-06-25: seven months back from November it is still one of them.
    assertThat(new Retention(15, 0, 6).expired(TODAY, nights, its))
        .isEqualTo(its.subList(0, its.size() - 1));
  }

  @Test
  void aMailboxThatFailsKeepsItsWeeks() {
    List<SnapshotName> its = nights(200, 150);
    assertThat(new Retention(15, 2, 0).over(TODAY, dates(its), its)).hasSize(its.size() - 2);
  }

  @Test
  void aWeekOfWhichOnlySnapshotsByHandAreThereIsNotCounted() {
    SnapshotName byHand = new SnapshotName("2026-11-20T1200");
    List<SnapshotName> its = and(nights(60, 40), byHand);
    assertThat(new Retention(15, 1, 0).over(TODAY, dates(its), its)).isEqualTo(nights(60, 41));
  }

  @Test
  void aRetentionOfNoDaysIsRefused() {
    assertThatThrownBy(() -> new Retention(0)).hasMessageContaining("at least 1 day");
  }
}
