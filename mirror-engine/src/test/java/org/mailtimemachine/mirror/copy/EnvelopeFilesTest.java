package org.mailtimemachine.mirror.copy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;

/** What is said of a message on the disk while the directory cannot be synced. */
class EnvelopeFilesTest {

  private static final MailboxAddress OF_BOB = MailboxAddress.of("_mirror_bob@example.test");
  private static final Arrival ARRIVAL =
      new Arrival(
          Instant.parse("2026-11-22T10:00:00Z"),
          Optional.of("4bX"),
          "a@example.test",
          List.of("bob@example.test"),
          Map.of(OF_BOB, List.of("bob@example.test")),
          "0".repeat(64),
          6);

  @TempDir private Path path;
  private DirectoryHandle directory;
  private EnvelopeFiles envelopes;
  private final TroubledDisk disk = new TroubledDisk();
  private boolean forgotten;
  private SpooledMessage message;

  @BeforeEach
  void open() throws IOException {
    directory = DirectoryHandle.open(path);
    SyncedNames names = new SyncedNames(directory, disk);
    envelopes =
        new EnvelopeFiles(
            directory,
            new DamagedCopies(directory, names, Clock.system(ZoneOffset.UTC), _ -> {}),
            names);
    Noted inTheJournal =
        new Noted() {
          @Override
          public void forget() {
            forgotten = true;
          }

          @Override
          public boolean keeps(Arrival arrival) {
            return false;
          }
        };
    message = new SpooledMessage(new FileName("1.M1P1Q1.t"), inTheJournal, ARRIVAL, false);
  }

  @AfterEach
  void close() throws IOException {
    directory.close();
  }

  @Test
  void whatCouldNotBeSyncedIsWrittenAgainAndThenCounts() throws Exception {
    disk.fails = "directory";
    SpooledMessage waits = moved(message);
    assertThat(forgotten).as("it stands in the journal still").isFalse();
    SpooledMessage moved = moved(waits);

    assertThat(forgotten).isTrue();
    assertThat(envelopes.read(new Rereads(0, () -> {}), Set.of(), EnvelopeFiles.ACCEPTED))
        .as("for the next process")
        .containsOnlyKeys("1.M1P1Q1.t");
    assertThat(moved.noted().keeps(ARRIVAL)).isTrue();
    envelopes.forget(moved);
    assertThat(files()).isEmpty();
  }

  @Test
  void whatCouldNotBeSyncedGoesWithItsMessage() throws Exception {
    disk.fails = "directory";
    SpooledMessage waits = moved(message);
    assertThat(files()).hasSize(1);

    envelopes.forget(waits);

    assertThat(forgotten).isTrue();
    assertThat(files()).isEmpty();
  }

  @Test
  void whatCannotBeReadNowIsReadAgainAndOnlyThenTakenForDamaged() throws Exception {
    Path envelope = Files.writeString(path.resolve("1.M1P1Q1.t.accepted"), ARRIVAL.text());
    Rereads untilItCan = unreadable(envelope);
    assertThat(envelopes.read(untilItCan, Set.of(), EnvelopeFiles.ACCEPTED)).hasSize(1);
  }

  /** A file that can be read when that has been tried three times. */
  private static Rereads unreadable(Path file) throws Exception {
    LoopDisk.runOrSkip("mount", "--bind", UNREADABLE, file.toString());
    int[] times = {0};
    return new Rereads(
        5,
        () -> {
          times[0]++;
          if (times[0] == 3) {
            unmount(file);
          }
        });
  }

  /** An attribute of the kernel that can only be written: EIO. */
  static final String UNREADABLE = "/sys/bus/cpu/drivers_probe";

  private static void unmount(Path file) {
    try {
      LoopDisk.runOrSkip("umount", file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private SpooledMessage moved(SpooledMessage it) {
    return envelopes.move(List.of(it), EnvelopeFiles.ACCEPTED).getFirst();
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(path)) {
      return files.toList();
    }
  }
}
