package org.mailtimemachine.web.mirrored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailtimemachine.web.mirrored.MirroredFolder.CAME_AND_WENT;
import static org.mailtimemachine.web.mirrored.MirroredFolder.SINCE;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
  void theOldestLooksBackForADay() {
    assertThat(Stretch.of(DAYS, FIRST, CAME_AND_WENT, NOW))
        .contains(new Stretch(at("2026-11-19T00:00:01Z"), at("2026-11-20T00:00:01Z")));
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
