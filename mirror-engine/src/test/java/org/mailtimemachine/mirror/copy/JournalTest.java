package org.mailtimemachine.mirror.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;

/** What of the envelopes is there after a process has died, or the machine. */
class JournalTest {

  private static final Rereads ONCE = new Rereads(0, () -> {});

  @TempDir private Path directory;
  private DirectoryHandle handle;
  private final TroubledDisk disk = new TroubledDisk();
  private SyncedNames names;

  @BeforeEach
  void open() throws IOException {
    handle = DirectoryHandle.open(directory);
    names = new SyncedNames(handle, disk);
  }

  @AfterEach
  void close() {
    handle.close();
  }

  @Test
  void itTellsWhatBecameOfEachMessage() throws Exception {
    try (Journal journal = journal("a")) {
      add(journal, 1).sync();
      add(journal, 2).accepted(Optional.empty());
      add(journal, 3).accepted(Optional.of(arrival(33)));
      Journal.Entry gone = add(journal, 4);
      gone.sync();
      gone.forget();
    }
    Journal.Reading reading = journal("a").read(ONCE);
    assertThat(reading.damaged()).isEmpty();
    assertThat(reading.gone()).containsExactly("4.x");
    assertThat(reading.messages())
        .extracting(Journal.Found::id)
        .containsExactly(id(1), id(2), id(3));
    assertThat(reading.messages())
        .extracting(Journal.Found::accepted)
        .containsExactly(false, true, true);
    assertThat(reading.messages())
        .extracting(Journal.Found::arrival)
        .containsExactly(arrival(1), arrival(2), arrival(33));
    assertThat(reading.messages()).allMatch(Journal.Found::sameBoot);
    assertThat(journal("b").read(ONCE).messages()).noneMatch(Journal.Found::sameBoot);
    assertThat(journal("").read(ONCE).messages()).noneMatch(Journal.Found::sameBoot);
  }

  @Test
  void sessionsShareSyncsAndFilesFollowEachOther() throws Exception {
    List<Journal.Entry> entries = new ArrayList<>();
    try (Journal journal = journal("a")) {
      try (ExecutorService sessions = Executors.newFixedThreadPool(8)) {
        List<Future<Journal.Entry>> all = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
          int number = i;
          all.add(
              sessions.submit(
                  () -> {
                    Journal.Entry entry = add(journal, number);
                    if (number % 100 == 0) {
                      entry.sync();
                    }
                    return entry;
                  }));
        }
        for (Future<Journal.Entry> each : all) {
          entries.add(each.get());
        }
      }
      // All that there is fills so many; eight that meet a full one at once make one together.
      long bytes = 4_000L * (arrival(4_000).text().length() + 60);
      assertThat(files()).hasSizeGreaterThan(1).hasSizeLessThan((int) (bytes / 250_000) + 3);
      Journal after = journal("a");
      assertThat(after.read(ONCE).messages()).hasSize(4_000);
      for (Journal.Entry each : entries) {
        each.forget();
      }
      assertThat(files()).hasSize(1);
    }
    Journal after = journal("a");
    assertThat(after.read(ONCE).messages()).isEmpty();
    after.removeOld();
    assertThat(files()).isEmpty();
  }

  @Test
  void whatTheNextProcessForgetsIsForgottenByAllThatComeAfterIt() throws Exception {
    try (Journal journal = journal("a")) {
      add(journal, 1).sync();
      add(journal, 2).sync();
    }
    try (Journal journal = journal("a")) {
      Journal.Found second = journal.read(ONCE).messages().get(1);
      second.entry().forget();
      assertThat(files()).hasSize(2);
    }
    assertThat(journal("a").read(ONCE).messages())
        .extracting(Journal.Found::id)
        .containsExactly(id(1));
  }

  @Test
  void aHoleThatAPowerCutLeftIsNoDamageAndWhatIsBehindItIsThere() throws Exception {
    try (Journal journal = journal("a")) {
      for (int i = 0; i < 100; i++) {
        add(journal, i).sync();
      }
    }
    Path file = files().getFirst();
    byte[] whole = Files.readAllBytes(file);
    for (int page = 1; page < 8; page++) {
      byte[] torn = whole.clone();
      Arrays.fill(torn, page * 4096, page * 4096 + 4096, (byte) 0);
      Files.write(file, torn);
      Journal.Reading reading = journal("b").read(ONCE);
      assertThat(reading.damaged()).isEmpty();
      assertThat(reading.messages()).hasSizeBetween(75, 99);
      assertThat(reading.messages()).allMatch(each -> isSound(each));
    }
    Files.write(file, new byte[whole.length]);
    assertThat(journal("b").read(ONCE))
        .isEqualTo(new Journal.Reading(List.of(), Set.of(), List.of(), List.of()));
  }

  @Test
  void aByteThatIsNotWhatWasWrittenIsTold() throws Exception {
    try (Journal journal = journal("a")) {
      for (int i = 0; i < 3; i++) {
        add(journal, i).sync();
      }
    }
    Path file = files().getFirst();
    byte[] whole = Files.readAllBytes(file);
    int end = new String(whole, StandardCharsets.ISO_8859_1).indexOf('\0');
    for (int at = 0; at < end; at += 11) {
      byte[] changed = whole.clone();
      changed[at] ^= 1;
      Files.write(file, changed);
      Journal.Reading reading = journal("a").read(ONCE);
      if (reading.messages().size() < 3) {
        assertThat(reading.damaged()).as("byte %d", at).hasSize(1);
      }
      assertThat(reading.messages().size()).as("byte %d", at).isIn(2, 3);
    }
  }

  @Test
  void aSyncThatFailsIsToldToAllWhoHaveWrittenByThenAndWhatComesIsInANewFile() throws Exception {
    try (Journal journal = journal("a");
        ExecutorService sessions = Executors.newFixedThreadPool(2)) {
      Journal.Entry first = add(journal, 1);
      first.accepted(Optional.empty());
      first.sync();
      disk.fails = "file";
      CountDownLatch goOn = new CountDownLatch(1);
      disk.before = goOn;
      Journal.Entry leader = add(journal, 2);
      Future<?> leading = sessions.submit(() -> synced(leader));
      assertThat(disk.syncing.await(10, TimeUnit.SECONDS)).isTrue();
      Journal.Entry follower = add(journal, 3); // behind the sync that fails
      Future<?> following = sessions.submit(() -> synced(follower));
      goOn.countDown();
      for (Future<?> each : List.of(leading, following)) {
        assertThatThrownBy(each::get).hasRootCauseMessage("made to fail");
      }
      assertThatThrownBy(follower::sync).isInstanceOf(IOException.class);

      add(journal, 4).sync();
      assertThat(files()).hasSize(2);
    }
    List<Journal.Found> found = journal("a").read(ONCE).messages();
    assertThat(found).extracting(Journal.Found::id).containsExactly(id(1), id(2), id(3), id(4));
    // Of what was written before, also that somebody was answered may be lost.
    assertThat(found)
        .extracting(Journal.Found::sameBoot)
        .containsExactly(false, false, false, true);
    assertThat(journal("a").read(ONCE).damaged()).isEmpty();
  }

  @Test
  void aFileThatCannotBeSyncedWhenItIsFullIsToldToThoseWhoStandInIt() throws Exception {
    try (Journal journal = journal("a")) {
      Journal.Entry synced = add(journal, 1);
      synced.sync();
      Journal.Entry waits = add(journal, 2);
      disk.fails = "file";
      int number = 3;
      while (files().size() == 1) {
        add(journal, number++);
      }
      assertThatThrownBy(waits::sync).hasRootCauseMessage("made to fail");
      synced.sync();
      add(journal, number).sync();
    }
    assertThat(journal("a").read(ONCE).messages().getFirst().sameBoot()).isFalse();
  }

  @Test
  void aNameThatASyncOfTheDirectoryHasMissedIsNotBelievedToBeThere() throws Exception {
    try (Journal journal = journal("a")) {
      disk.fails = "directory";
      int before = names.failures(); // when the texts of the first two are begun
      assertThatThrownBy(() -> journal.add(id(1), arrival(1), before))
          .hasMessage("made to fail"); // with the name of a new file
      assertThat(files()).isEmpty();
      assertThatThrownBy(() -> journal.add(id(2), arrival(2), before))
          .isInstanceOf(IOException.class);

      Journal.Entry waits = add(journal, 3);
      disk.fails = "directory";
      Journal.Entry other = add(journal, 4);
      assertThatThrownBy(waits::sync).hasRootCauseMessage("made to fail");
      assertThatThrownBy(other::sync).hasRootCauseMessage("made to fail");
      add(journal, 5).sync();
    }
    Journal.Reading reading = journal("a").read(ONCE);
    assertThat(reading.messages()).hasSize(3);
    assertThat(reading.complete()).isTrue(); // no number is left out
  }

  @Test
  void aFailureThatSomebodyElseIsToldOfCountsForAllWhoHaveMadeANameByThen() throws Exception {
    try (Journal journal = journal("a")) {
      add(journal, 1).sync();
      int before = names.failures();
      Journal.Entry waits = add(journal, 2);
      disk.fails = "directory";
      assertThatThrownBy(() -> names.sync(before)).hasMessage("made to fail");

      assertThatThrownBy(waits::sync).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> journal.add(id(3), arrival(3), before))
          .isInstanceOf(IOException.class);
      add(journal, 4).sync();
    }
  }

  @Test
  void theDoubtIsThereAlsoWhereTheProcessIsKilledBeforeItWritesMore() throws Exception {
    Journal killed = journal("a");
    List<Journal.Entry> entries = new ArrayList<>();
    while (files().size() < 2) {
      entries.add(add(killed, entries.size()));
    }
    entries.getLast().sync();
    Journal.Entry first = entries.getFirst();
    assertThatThrownBy(
            () -> {
              for (int number = 1_000; files().size() == 2; number++) { // to the end of the second
                disk.fails = "directory"; // as where there is no room for a third
                first.accepted(Optional.of(arrival(number)));
              }
            })
        .hasMessage("made to fail");
    Journal.Reading reading = journal("a").read(ONCE);
    assertThat(reading.damaged()).isEmpty();
    assertThat(reading.messages()).hasSameSizeAs(entries).noneMatch(Journal.Found::sameBoot);
  }

  @Test
  void thatSomebodyWasAnsweredAndItCouldNotBeWrittenLeavesADoubt() throws Exception {
    try (Journal journal = journal("a")) {
      List<Journal.Entry> entries = new ArrayList<>();
      while (files().size() < 2) {
        entries.add(add(journal, entries.size()));
      }
      entries.removeLast();
      assertThat(files()).hasSize(2);
      for (int number = 1_000; files().size() == 2; number++) { // to the end of the second
        disk.fails = "directory";
        try {
          entries.getFirst().accepted(Optional.of(arrival(number)));
        } catch (IOException e) {
          break;
        }
      }
      disk.fails = "";
      add(journal, 9_999).sync();
      assertThat(files()).hasSize(3);
    }
    List<Journal.Found> found = journal("a").read(ONCE).messages();
    assertThat(found.getFirst().sameBoot()).isFalse();
    assertThat(found.getLast().sameBoot()).isTrue();
  }

  @Test
  void aFileThatIsNotThereIsMissedAlsoTheFirstTheLastAndTheOnlyOne() throws Exception {
    try (Journal journal = journal("a")) {
      for (int number = 0; files().size() < 4; number++) {
        add(journal, number);
      }
    }
    assertThat(journal("a").read(ONCE).complete()).isTrue();
    List<Path> all = files();
    for (int i : List.of(1, 0, 3)) {
      Path elsewhere = Files.move(all.get(i), directory.resolve("elsewhere"));
      assertThat(journal("b").read(ONCE).missing())
          .containsExactly(new FileName(all.get(i).getFileName().toString()));
      Files.move(elsewhere, all.get(i));
    }
    for (Path each : all) {
      Files.delete(each);
    }
    assertThat(journal("a").read(ONCE).missing()).hasSize(1);
  }

  @Test
  void thoseThatWentAsTheyDoAreNotMissed() throws Exception {
    List<Journal.Entry> entries = new ArrayList<>();
    try (Journal journal = journal("a")) {
      while (files().size() < 3) {
        entries.add(add(journal, entries.size()));
      }
      for (int i = 0; i < entries.size(); i++) {
        if (i % 100 == 0) {
          assertThat(journal("a").read(ONCE).complete()).isTrue();
        }
        entries.get(i).forget();
      }
      assertThat(files()).hasSize(1);
      assertThat(journal("a").read(ONCE).complete()).isTrue();
    }
    assertThat(files()).isEmpty();
    assertThat(journal("a").read(ONCE).complete()).isTrue();
    Path numbers = Files.writeString(directory.resolve("journals"), "not numbers");
    assertThat(journal("a").read(ONCE).complete()).isTrue();
    LoopDisk.runOrSkip("mount", "--bind", EnvelopeFilesTest.UNREADABLE, numbers.toString());
    try {
      Rereads none = new Rereads(1, () -> fail("a bad sector is not waited for"));
      assertThat(journal("a").read(none).complete()).isTrue();
    } finally {
      LoopDisk.runOrSkip("umount", numbers.toString());
    }
  }

  @Test
  void whereItsNumbersCannotBeWrittenTheyAreWrittenInAnotherPlace() throws Exception {
    Path numbers = directory.resolve("journals");
    Files.createSymbolicLink(numbers, Path.of("/dev/full"));
    try (Journal journal = journal("a")) {
      assertThat(journal.read(ONCE).complete()).isTrue();
      add(journal, 1).sync();
    }
    assertThat(Files.isSymbolicLink(numbers)).isFalse();
    assertThat(directory.resolve("journals.new")).doesNotExist();
    assertThat(journal("a").read(ONCE).messages()).hasSize(1);
    Files.delete(files().getFirst());
    assertThat(journal("a").read(ONCE).missing()).hasSize(1);
  }

  @Test
  void whereTheSyncOfItsNumbersFailsMailGoesOn() throws Exception {
    try (Journal journal = journal("a")) {
      disk.fails = "file";
      add(journal, 1).sync();
    }
    assertThat(disk.fails).as("has failed").isEmpty();
    assertThat(journal("a").read(ONCE).messages()).hasSize(1);
  }

  @Test
  void aFileThatCannotBeOpenedNowIsNotTakenForDamaged() throws Exception {
    try (Journal journal = journal("a")) {
      add(journal, 1).sync();
    }
    Path file = files().getFirst();
    Path elsewhere = Files.move(file, directory.resolve("elsewhere"));
    Files.createSymbolicLink(file, directory.resolve("nowhere"));
    assertThatThrownBy(() -> journal("a").read(ONCE)).isInstanceOf(IOException.class);
    Files.delete(file);
    Files.move(elsewhere, file);
    assertThat(journal("a").read(ONCE).messages()).hasSize(1);
  }

  private static @Nullable Void synced(Journal.Entry entry) throws IOException {
    entry.sync();
    return null;
  }

  private Journal.Entry add(Journal journal, int number) throws IOException {
    return journal.add(id(number), arrival(number), names.failures());
  }

  private static boolean isSound(Journal.Found found) {
    return found.arrival().equals(arrival((int) found.arrival().bytes()));
  }

  private Journal journal(String boot) {
    return new Journal(directory, handle, boot, names, disk);
  }

  private List<Path> files() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(each -> !each.endsWith("journals")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileName id(int number) {
    return new FileName(number + ".x");
  }

  private static Arrival arrival(int number) {
    return new Arrival(
        Instant.EPOCH.plusSeconds(number),
        Optional.of("Q" + number),
        "a@example.test",
        List.of("bob@example.test"),
        Map.of(MailboxAddress.of("_mirror@example.test"), List.of("bob@example.test")),
        "0".repeat(64),
        number);
  }
}
