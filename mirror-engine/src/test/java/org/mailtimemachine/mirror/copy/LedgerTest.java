package org.mailtimemachine.mirror.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a mirror mailbox remembers of its arrivals. */
class LedgerTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  @TempDir private Path directory;

  /** So many a day that what it remembers is about days and not about the least of lines. */
  private static final int A_DAY = 200;

  private static final int DAYS = 40;

  @Test
  void itRemembersForDaysAndNoLonger() throws Exception {
    Ledger ledger = Ledger.open(directory);
    for (int day = 0; day < DAYS; day++) {
      ledger.append(linesOf(day));
    }
    // The oldest of the last lines is a few days old itself.
    int more = 2 * Ledger.MOST_AT_A_TIME / A_DAY + 2;
    assertThat(ledger.remembered())
        .isBetween(Ledger.REMEMBERED_DAYS * A_DAY, (Ledger.REMEMBERED_DAYS + more) * A_DAY);
    assertThat(ledger.has("line 39 199")).isTrue();
    assertThat(ledger.has("line 20 199")).isFalse();
    assertThat(Ledger.open(directory).has("line 29 0")).isTrue();
    assertThat(Ledger.verify(directory).lines()).isEqualTo(DAYS * A_DAY);
  }

  @Test
  void aClockThatWasAYearAheadForAMessageDoesNotMakeItRememberForAYear() throws Exception {
    Ledger ledger = Ledger.open(directory);
    int most = 51_000;
    arrives(ledger, "ahead", NOW.plus(Duration.ofDays(365)));
    for (int each = 0; each < DAYS; each++) {
      int day = each;
      ledger.append(
          IntStream.range(0, 2_000)
              .mapToObj(i -> line(day + " " + i, NOW.plus(Duration.ofDays(day))))
              .toList());
      assertThat(ledger.remembered()).isLessThan(most);
    }
    assertThat(ledger.remembered()).isLessThan((Ledger.REMEMBERED_DAYS + 3) * 2_000);
  }

  private static List<LedgerLine> linesOf(int day) {
    return IntStream.range(0, A_DAY)
        .mapToObj(i -> line("line " + day + " " + i, NOW.plus(Duration.ofDays(day))))
        .toList();
  }

  @Test
  void clocksThatAreWrongForSomeMessagesInARowMakeItForgetNone() throws Exception {
    for (Duration wrong : List.of(Duration.ofDays(-9_000), Duration.ofDays(365))) {
      Path own = Files.createDirectory(directory.resolve(wrong.toString()));
      Ledger ledger = Ledger.open(own);
      arrives(ledger, "before", NOW);
      for (int i = 0; i < 100; i++) {
        arrives(ledger, "wrong " + i, NOW.plus(wrong).plusSeconds(i));
      }
      assertThat(ledger.has("before")).as("%s", wrong).isTrue();
      arrives(ledger, "wrong again", NOW.plus(wrong).plus(Duration.ofDays(400)));
      arrives(ledger, "behind", NOW.plusSeconds(60));

      for (Ledger each : List.of(ledger, Ledger.open(own))) {
        assertThat(each.has("before")).as("%s", wrong).isTrue();
        assertThat(each.has("wrong 0")).as("%s", wrong).isTrue();
        assertThat(each.has("behind")).as("%s", wrong).isTrue();
      }
    }
  }

  @Test
  void whatHasWaitedForWeeksAndComesInOneBatchMakesItForgetNothingThatCameOfLate()
      throws Exception {
    Ledger ledger = Ledger.open(directory);
    arrives(ledger, "of late", NOW);
    ledger.append(
        IntStream.range(0, 5_000)
            .mapToObj(i -> line("waited " + i, NOW.minus(Duration.ofHours(20 * 24 - i / 25))))
            .toList());
    assertThat(ledger.has("of late")).isTrue();
    assertThat(Ledger.open(directory).has("of late")).isTrue();
  }

  @Test
  void whatCouldNotBeSyncedIsNotThereAndIsWrittenAnewWithItsFile() throws Exception {
    TroubledDisk disk = new TroubledDisk();
    Ledger ledger = Ledger.openToGoOn(directory, disk);
    for (String kind : List.of("directory", "file")) {
      disk.fails = kind;
      assertThatThrownBy(() -> arrives(ledger, "one", NOW)).hasMessage("made to fail");
      assertThat(ledger.has("one")).isFalse();
      assertThat(ledger.isCertain()).isTrue();
      assertThat(directory).as("the name of the file may be lost as well").isEmptyDirectory();
    }
    arrives(ledger, "one", NOW);
    disk.fails = "file";
    assertThatThrownBy(() -> arrives(ledger, "two", NOW)).hasMessage("made to fail");
    assertThat(Ledger.verify(directory).lines()).isEqualTo(1);
    arrives(ledger, "two", NOW);
    assertThat(Ledger.verify(directory).lines()).isEqualTo(2);
    assertThat(Ledger.open(directory).has("two")).isTrue();
  }

  @Test
  void whatCannotBeCutNowIsCutBeforeAnythingComesBehindIt() throws Exception {
    TroubledDisk disk = new TroubledDisk();
    Ledger ledger = Ledger.openToGoOn(directory, disk);
    arrives(ledger, "one", NOW);
    disk.fails = "file";
    disk.failsAgain = true;
    assertThatThrownBy(() -> arrives(ledger, "two", NOW)).hasMessage("made to fail");
    assertThat(ledger.isCertain()).isFalse();
    disk.fails = "file"; // and as little the next time
    assertThatThrownBy(() -> arrives(ledger, "three", NOW)).hasMessage("made to fail");
    disk.fails = "";
    arrives(ledger, "two", NOW);
    assertThat(ledger.isCertain()).isTrue();
    assertThat(Ledger.verify(directory).lines()).isEqualTo(2);
  }

  @Test
  void whatAnErrorKeepsItFromRememberingMayBeThere() throws Exception {
    Ledger ledger = Ledger.open(directory);
    arrives(ledger, "one", NOW);
    Field recent = Ledger.class.getDeclaredField("recent");
    recent.setAccessible(true);
    recent.set(
        ledger,
        new HashMap<>() {
          @Override
          public Object merge(
              Object key, Object value, BiFunction<? super Object, ? super Object, ?> together) {
            throw new OutOfMemoryError("made to fail");
          }
        });
    assertThatThrownBy(() -> arrives(ledger, "two", NOW)).hasMessage("made to fail");
    assertThat(ledger.isCertain()).as("else its link is withdrawn").isFalse();
    assertThat(Ledger.open(directory).has("two")).isTrue();
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

    Ledger again = Ledger.openToGoOn(directory, Syncs.OF_THE_KERNEL);
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

      Ledger ledger = Ledger.openToGoOn(directory, Syncs.OF_THE_KERNEL);
      arrives(ledger, "behind", NOW);
      assertThat(Ledger.openToGoOn(directory, Syncs.OF_THE_KERNEL).has("behind")).isTrue();
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
