package org.mailtimemachine.mirror.copy;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;

/** What of the envelopes is there after a process has died, or the machine. */
class JournalTest {

  @TempDir private Path directory;
  private DirectoryHandle handle;

  @BeforeEach
  void open() throws IOException {
    handle = DirectoryHandle.open(directory);
  }

  @AfterEach
  void close() {
    handle.close();
  }

  @Test
  void itTellsWhatBecameOfEachMessage() throws Exception {
    try (Journal journal = journal("a")) {
      journal.add(id(1), arrival(1)).sync();
      journal.add(id(2), arrival(2)).accepted(Optional.empty());
      journal.add(id(3), arrival(3)).accepted(Optional.of(arrival(33)));
      Journal.Entry gone = journal.add(id(4), arrival(4));
      gone.sync();
      gone.forget();
    }
    Journal.Reading reading = journal("a").read();
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
    assertThat(journal("b").read().messages()).noneMatch(Journal.Found::sameBoot);
    assertThat(journal("").read().messages()).noneMatch(Journal.Found::sameBoot);
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
                    Journal.Entry entry = journal.add(id(number), arrival(number));
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
      assertThat(after.read().messages()).hasSize(4_000);
      for (Journal.Entry each : entries) {
        each.forget();
      }
      assertThat(files()).hasSize(1);
    }
    Journal after = journal("a");
    assertThat(after.read().messages()).isEmpty();
    after.removeOld();
    assertThat(files()).isEmpty();
  }

  @Test
  void whatTheNextProcessForgetsIsForgottenByAllThatComeAfterIt() throws Exception {
    try (Journal journal = journal("a")) {
      journal.add(id(1), arrival(1)).sync();
      journal.add(id(2), arrival(2)).sync();
    }
    try (Journal journal = journal("a")) {
      Journal.Found second = journal.read().messages().get(1);
      second.entry().forget();
      assertThat(files()).hasSize(2);
    }
    assertThat(journal("a").read().messages()).extracting(Journal.Found::id).containsExactly(id(1));
  }

  @Test
  void aHoleThatAPowerCutLeftIsNoDamageAndWhatIsBehindItIsThere() throws Exception {
    try (Journal journal = journal("a")) {
      for (int i = 0; i < 100; i++) {
        journal.add(id(i), arrival(i)).sync();
      }
    }
    Path file = files().getFirst();
    byte[] whole = Files.readAllBytes(file);
    for (int page = 1; page < 8; page++) {
      byte[] torn = whole.clone();
      Arrays.fill(torn, page * 4096, page * 4096 + 4096, (byte) 0);
      Files.write(file, torn);
      Journal.Reading reading = journal("b").read();
      assertThat(reading.damaged()).isEmpty();
      assertThat(reading.messages()).hasSizeBetween(75, 99);
      assertThat(reading.messages()).allMatch(each -> isSound(each));
    }
    Files.write(file, new byte[whole.length]);
    assertThat(journal("b").read()).isEqualTo(new Journal.Reading(List.of(), Set.of(), List.of()));
  }

  @Test
  void aByteThatIsNotWhatWasWrittenIsTold() throws Exception {
    try (Journal journal = journal("a")) {
      for (int i = 0; i < 3; i++) {
        journal.add(id(i), arrival(i)).sync();
      }
    }
    Path file = files().getFirst();
    byte[] whole = Files.readAllBytes(file);
    int end = new String(whole, StandardCharsets.ISO_8859_1).indexOf('\0');
    for (int at = 0; at < end; at += 11) {
      byte[] changed = whole.clone();
      changed[at] ^= 1;
      Files.write(file, changed);
      Journal.Reading reading = journal("a").read();
      if (reading.messages().size() < 3) {
        assertThat(reading.damaged()).as("byte %d", at).hasSize(1);
      }
      assertThat(reading.messages().size()).as("byte %d", at).isIn(2, 3);
    }
  }

  private static boolean isSound(Journal.Found found) {
    return found.arrival().equals(arrival((int) found.arrival().bytes()));
  }

  private Journal journal(String boot) {
    return new Journal(directory, handle, boot);
  }

  private List<Path> files() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
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
