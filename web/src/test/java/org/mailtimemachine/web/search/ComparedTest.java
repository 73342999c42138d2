package org.mailtimemachine.web.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Comparison;
import org.mailtimemachine.snapshot.catalogue.Comparison.Difference;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;

class ComparedTest {

  private static final SnapshotName FIRST = new SnapshotName("2026-11-14");
  private static final SnapshotName LAST = new SnapshotName("2026-11-16");

  private final List<SnapshotSummary> snapshots =
      List.of(
          new SnapshotSummary(new SnapshotName("2026-11-17"), Instant.EPOCH, 0, false),
          new SnapshotSummary(LAST, Instant.EPOCH, 0, true),
          new SnapshotSummary(FIRST, Instant.EPOCH, 0, true));

  private Optional<Comparison> comparison(SnapshotName day, String compare, String show) {
    Map<String, String> address = Map.of("compare", compare, "show", show);
    return Compared.comparison(Compared.gone(address), Compared.of(address), day, snapshots);
  }

  @Test
  void whatDiffersIsAskedForAsTheAddressSays() {
    assertThat(comparison(FIRST, LAST.text(), "moved"))
        .contains(new Comparison(LAST, Difference.ELSEWHERE));
    assertThat(comparison(FIRST, LAST.text(), "gone"))
        .contains(new Comparison(LAST, Difference.NOWHERE));
  }

  @Test
  void aDayThatIsNotKeptOrNotIndexedOrTheSameMakesNoDifference() {
    assertThat(comparison(FIRST, "2026-11-01", "gone")).isEmpty();
    assertThat(comparison(FIRST, "2026-11-17", "gone")).isEmpty();
    assertThat(comparison(FIRST, FIRST.text(), "moved")).isEmpty();
  }

  @Test
  void whatCameIsOfTheLaterDayWhateverTheAddressSays() {
    assertThat(Compared.of(Map.of("compare", LAST.text(), "show", "added")))
        .map(made -> made.on(FIRST, snapshots).orElseThrow().what())
        .contains(Compared.What.GONE);
    assertThat(Compared.of(Map.of("compare", FIRST.text(), "show", "gone")))
        .map(made -> made.on(LAST, snapshots).orElseThrow().what())
        .contains(Compared.What.ADDED);
  }

  @Test
  void whatIsGoneSinceIsGoneFromTheNewestDayThatIsIndexed() {
    assertThat(comparison(FIRST, "", "gone")).contains(new Comparison(LAST, Difference.NOT_HERE));
    assertThat(comparison(LAST, "", "gone")).contains(new Comparison(LAST, Difference.NOT_HERE));
  }
}
