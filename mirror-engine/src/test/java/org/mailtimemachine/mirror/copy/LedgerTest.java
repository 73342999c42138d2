package org.mailtimemachine.mirror.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
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
    assertThat(ledger.remembered()).isEqualTo(Ledger.REMEMBERED_DAYS + 2);
    assertThat(ledger.has("day 39")).isTrue();
    assertThat(ledger.has("day 27")).isFalse();
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
    assertThat(ledger.remembered()).isEqualTo(Ledger.REMEMBERED_DAYS + 2);
    assertThat(Ledger.verify(directory).lines()).isEqualTo(41);
  }

  @Test
  void aClockThatIsWrongForOneMessageMakesItForgetNone() throws Exception {
    for (Duration wrong : List.of(Duration.ofDays(-9_000), Duration.ofDays(365))) {
      Path own = Files.createDirectory(directory.resolve(wrong.toString()));
      Ledger ledger = Ledger.open(own);
      arrives(ledger, "before", NOW);
      arrives(ledger, "wrong", NOW.plus(wrong));
      assertThat(ledger.has("before")).as("%s", wrong).isTrue();
      arrives(ledger, "behind", NOW.plusSeconds(60));

      assertThat(ledger.has("before")).as("%s", wrong).isTrue();
      assertThat(Ledger.open(own).has("before")).as("%s, opened again", wrong).isTrue();
    }
  }

  @Test
  void ofAWriteThatAPowerCutHasTornWhatIsBehindTheHoleIsWrittenAnew() throws Exception {
    Ledger ledger = Ledger.open(directory);
    arrives(ledger, "before", NOW);
    Path month = directory.resolve("2026-11");
    byte[] before = Files.readAllBytes(month);
    ledger.append(lines(100));
    byte[] torn = Files.readAllBytes(month);
    Arrays.fill(torn, 4096, 8192, (byte) 0); // pages come to the disk in any order
    Files.write(month, torn);

    Ledger again = Ledger.openToGoOn(directory);
    assertThat(again.has("before")).isTrue();
    assertThat(again.has("line 99")).isFalse();
    again.append(lines(100).stream().filter(line -> !again.has(line.key())).toList());
    assertThat(Ledger.verify(directory).lines()).isEqualTo(101);
    assertThat(Files.readAllBytes(month)).startsWith(before);
    assertThat(directory.resolve("2026-11.torn")).isNotEmptyFile();
    assertThat(Ledger.open(directory).has("line 99")).isTrue();
  }

  @Test
  void whatComesIsNotedBehindALineThatSomebodyChangedWhichIsFoundAllTheSame() throws Exception {
    Ledger.open(directory).append(lines(600));
    Path month = directory.resolve("2026-11");
    for (byte[] change : List.of(new byte[] {'x'}, new byte[] {(byte) 0xe9}, new byte[4096])) {
      byte[] was = Files.readAllBytes(month);
      byte[] changed = was.clone();
      System.arraycopy(change, 0, changed, 8000, change.length);
      Files.write(month, changed);
      assertThatThrownBy(() -> Ledger.open(directory)).hasMessageContaining("2026-11");

      Ledger ledger = Ledger.openToGoOn(directory);
      arrives(ledger, "behind", NOW);
      assertThat(Ledger.openToGoOn(directory).has("behind")).isTrue();
      assertThat(Files.readAllBytes(month)).startsWith(changed);
      assertThatThrownBy(() -> Ledger.verify(directory)).hasMessageContaining("2026-11");
      Files.write(month, was);
      assertThat(Ledger.verify(directory).lines()).isEqualTo(600);
    }
  }

  private static List<LedgerLine> lines(int count) {
    return IntStream.range(0, count).mapToObj(i -> line("line " + i, NOW)).toList();
  }

  private static LedgerLine line(String key, Instant time) {
    return new LedgerLine(
        time, key, "file", "0".repeat(64), 1, "4bX", "a@example.test", List.of("b"));
  }

  private static void arrives(Ledger ledger, String key, Instant time) throws IOException {
    ledger.append(List.of(line(key, time)));
  }
}
