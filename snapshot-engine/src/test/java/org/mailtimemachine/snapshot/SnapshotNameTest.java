package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotNameTest {

  @Test
  void namesSortByTime() {
    List<SnapshotName> names =
        Stream.of("2026-11-22T153007", "2026-11-23", "2026-11-22", "2026-11-22T1530", "2026-09-30")
            .map(SnapshotName::new)
            .sorted()
            .toList();
    assertThat(names)
        .extracting(SnapshotName::text)
        .containsExactly(
            "2026-09-30", "2026-11-22", "2026-11-22T1530", "2026-11-22T153007", "2026-11-23");
  }

  @Test
  void aNameTellsItsTime() {
    assertThat(new SnapshotName("2026-11-22T1530").time())
        .isEqualTo(LocalDateTime.of(2026, 11, 22, 15, 30));
    assertThat(new SnapshotName("2026-11-22").nightly()).isTrue();
    assertThat(new SnapshotName("2026-11-22T1530").nightly()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "today",
        "2026-02-30",
        "2026-11-22T2530",
        "../../../etc",
        "2026-11-22 ",
        "2026-11-2\u0662"
      })
  void whatIsNoNameIsRefused(String text) {
    assertThat(SnapshotName.parse(text)).isEmpty();
  }
}
