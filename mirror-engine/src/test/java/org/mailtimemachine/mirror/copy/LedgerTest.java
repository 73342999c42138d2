package org.mailtimemachine.mirror.copy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a mirror mailbox remembers of its arrivals. */
class LedgerTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  @TempDir private Path directory;

  @Test
  void itRemembersForDaysAndNoLonger() throws Exception {
    Ledger ledger = Ledger.open(directory);
    for (int day = 0; day < 40; day++) {
      arrives(ledger, "day " + day, NOW.plus(Duration.ofDays(day)));
    }
    assertThat(ledger.remembered()).isEqualTo(Ledger.REMEMBERED_DAYS + 1);
    assertThat(ledger.has("day 39")).isTrue();
    assertThat(ledger.has("day 28")).isFalse();
    assertThat(Ledger.open(directory).has("day 39")).isTrue();
    assertThat(Ledger.verify(directory).lines()).isEqualTo(40);
  }

  @Test
  void aClockThatWasAYearAheadForAMessageDoesNotMakeItRememberForAYear() throws Exception {
    Ledger ledger = Ledger.open(directory);
    arrives(ledger, "ahead", NOW.plus(Duration.ofDays(365)));
    for (int day = 0; day < 40; day++) {
      arrives(ledger, "day " + day, NOW.plus(Duration.ofDays(day)));
    }
    assertThat(ledger.remembered()).isEqualTo(Ledger.REMEMBERED_DAYS + 1);
    assertThat(Ledger.verify(directory).lines()).isEqualTo(41);
  }

  private static void arrives(Ledger ledger, String key, Instant time) throws IOException {
    ledger.append(
        List.of(
            new LedgerLine(
                time, key, "file", "0".repeat(64), 1, "4bX", "a@example.test", List.of("b"))));
  }
}
