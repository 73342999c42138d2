package org.mailtimemachine.web.mirrored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailtimemachine.web.mirrored.MirroredFolder.CAME_AND_WENT;
import static org.mailtimemachine.web.mirrored.MirroredFolder.SINCE;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;

class StretchTest {

  private static final SnapshotName FIRST = new SnapshotName("2026-11-20");
  private static final SnapshotName SECOND = new SnapshotName("2026-11-21");
  private static final SnapshotName NEWEST = new SnapshotName("2026-11-21T1530");
  private static final SnapshotName UNREADY = new SnapshotName("2026-11-22");
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private static final List<SnapshotSummary> DAYS =
      List.of(
          new SnapshotSummary(UNREADY, at("2026-11-22T00:00:00Z"), 1, false),
          new SnapshotSummary(NEWEST, at("2026-11-21T15:30:00Z"), 1, true),
          new SnapshotSummary(FIRST, at("2026-11-20T00:00:01Z"), 1, true),
          new SnapshotSummary(SECOND, at("2026-11-21T00:00:02Z"), 1, true));

  private static Instant at(String time) {
    return Instant.parse(time);
  }

  @Test
  void aDayHasWhatArrivedSinceTheSnapshotBeforeIt() {
    assertThat(Stretch.of(DAYS, SECOND, CAME_AND_WENT, NOW))
        .contains(new Stretch(at("2026-11-20T00:00:01Z"), at("2026-11-21T00:00:02Z")));
  }

  @Test
  void nothingIsLookedForBeforeTheFirst() {
    assertThat(Stretch.of(DAYS, FIRST, CAME_AND_WENT, NOW).orElseThrow().isEmpty()).isTrue();
    List<SnapshotSummary> one = List.of(DAYS.get(2));
    assertThat(Stretch.of(one, FIRST, SINCE, NOW))
        .contains(new Stretch(at("2026-11-20T00:00:01Z"), NOW));
    assertThat(Stretch.around(one, FIRST, NOW))
        .contains(new Stretch(at("2026-11-20T00:00:01Z"), NOW));
  }

  @Test
  void whoHadTheAddressBeforeAGapMayBeSomebodyElse() {
    SnapshotName last = new SnapshotName("2026-11-12");
    SnapshotName kept = new SnapshotName("2026-11-13");
    List<SnapshotSummary> days =
        Stream.concat(
                DAYS.stream(),
                Stream.of(
                    new SnapshotSummary(last, at("2026-11-12T00:00:00Z"), 1, true),
                    new SnapshotSummary(kept, at("2026-11-13T00:00:05Z"), 1, true)))
            .toList();
    assertThat(Stretch.of(days, FIRST, CAME_AND_WENT, NOW).orElseThrow().isEmpty()).isFalse();
    days = days.stream().filter(day -> !day.name().equals(kept)).toList();
    assertThat(Stretch.of(days, FIRST, CAME_AND_WENT, NOW).orElseThrow().isEmpty()).isTrue();
    assertThat(Stretch.of(days, last, CAME_AND_WENT, NOW)).isEmpty();
    assertThat(Stretch.around(days, last, NOW)).isEmpty();
  }

  @Test
  void whatIsListedCanBeOpenedAlsoBetweenTwoSnapshotsOfTenMinutes() {
    SnapshotName soon = new SnapshotName("2026-11-21T1535");
    List<SnapshotSummary> days =
        Stream.concat(
                DAYS.stream(),
                Stream.of(new SnapshotSummary(soon, at("2026-11-21T15:35:00Z"), 1, true)))
            .toList();
    Stretch since = Stretch.of(days, soon, SINCE, NOW).orElseThrow();
    assertThat(since.after()).isEqualTo(at("2026-11-21T15:25:00Z"));
    assertThat(Stretch.around(days, soon, NOW)).contains(since);
  }

  @Test
  void whatAPageOfYesterdayShowedAsNewIsThereUntilNow() {
    assertThat(Stretch.around(DAYS, SECOND, NOW).orElseThrow().until()).isEqualTo(NOW);
  }

  @Test
  void whatArrivedShortlyBeforeTheNewestIsStillOnItsWay() {
    Instant border = at("2026-11-21T15:30:00Z").minus(Stretch.ON_ITS_WAY);
    assertThat(Stretch.of(DAYS, NEWEST, CAME_AND_WENT, NOW))
        .contains(new Stretch(at("2026-11-21T00:00:02Z"), border));
    assertThat(Stretch.of(DAYS, NEWEST, SINCE, NOW)).contains(new Stretch(border, NOW));
  }

  @Test
  void onlyTheNewestThatCanBeLookedAtHasSomethingSince() {
    assertThat(Stretch.of(DAYS, SECOND, SINCE, NOW)).isEmpty();
    assertThat(Stretch.of(DAYS, UNREADY, CAME_AND_WENT, NOW)).isEmpty();
    assertThat(Stretch.of(List.of(), FIRST, SINCE, NOW)).isEmpty();
  }

  @Test
  void aPageOfADayIsGoodAlsoWhenThereIsANewerOne() {
    List<SnapshotSummary> before = DAYS.stream().filter(day -> !day.name().equals(NEWEST)).toList();
    Stretch then = Stretch.of(before, SECOND, SINCE, NOW.minus(Duration.ofDays(1))).orElseThrow();
    Stretch around = Stretch.around(DAYS, SECOND, NOW).orElseThrow();
    assertThat(around.after()).isBefore(then.after());
    assertThat(around.until()).isAfterOrEqualTo(then.until());
  }

  @Test
  void betweenTwoSnapshotsOfOneMinuteNothingArrives() {
    assertThat(new Stretch(NOW, NOW).isEmpty()).isTrue();
    assertThat(new Stretch(NOW, NOW.minus(Stretch.ON_ITS_WAY)).isEmpty()).isTrue();
    assertThat(new Stretch(NOW.minusNanos(1), NOW).isEmpty()).isFalse();
  }
}
