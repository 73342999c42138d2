package org.mailtimemachine.mirror.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;

/** What its reader sees of a mirror mailbox whose ledger cannot be written now. */
class CopyLinksTest {

  private static final MailboxAddress OF_BOB = MailboxAddress.of("_mirror_bob@example.test");
  private static final String TEXT = "text\r\n";

  @TempDir private Path directory;
  private DirectoryHandle spool;
  private final TroubledDisk disk = new TroubledDisk();
  private final List<Gap> gaps = new ArrayList<>();
  private Duration passed = Duration.ZERO;
  private DamagedCopies damaged;
  private CopyLinks links;

  @BeforeEach
  void open() throws IOException {
    spool = DirectoryHandle.open(Files.createDirectory(directory.resolve("spool")));
    SyncedNames names = new SyncedNames(spool, disk);
    damaged = new DamagedCopies(spool, names, clock(), gaps::add);
    links =
        new CopyLinks(
            directory.resolve("spool"), spool, _ -> directory.resolve("mail"), damaged, disk);
  }

  @AfterEach
  void close() {
    spool.close();
  }

  @Test
  void whatIsNotNotedIsWithdrawnAndComesWithTheNextAttempt() throws Exception {
    SpooledMessage message = message(1);
    for (String kind : List.of("directory", "file")) {
      disk.fails = kind;
      assertThatThrownBy(() -> deliver(message)).hasMessage("made to fail");
      assertThat(mirrored()).isEmpty();
    }
    assertThat(deliver(message).failed()).isEmpty();
    assertThat(mirrored()).hasSize(1);
    assertThat(noted()).isEqualTo(1);
  }

  @Test
  void whatItsReaderTookBeforeItCouldBeWithdrawnDoesNotComeAgain() throws Exception {
    Path taken = directory.resolve("taken");
    disk.fails = "file";
    disk.onFailure = () -> move(directory.resolve("mail/new/" + message(1).baseName()), taken);
    assertThatThrownBy(() -> deliver(message(1))).hasMessage("made to fail");
    assertThat(taken).exists();
    deliver(message(2)); // which says nothing of the first one
    deliver(message(1));
    assertThat(mirrored()).hasSize(1);
    assertThat(noted()).isEqualTo(2);
  }

  @Test
  void whatTheLedgerMayHaveNotedIsNotWithdrawn() throws Exception {
    deliver(message(1)); // the month is begun
    disk.fails = "file";
    disk.failsAgain = true;
    assertThatThrownBy(() -> deliver(message(2))).hasMessage("made to fail");
    assertThat(mirrored()).as("whoever comes after a kill believes the ledger").hasSize(2);
    disk.fails = "";
    deliver(message(2).again(message(2).destinations()));
    assertThat(mirrored()).hasSize(2);
    assertThat(noted()).isEqualTo(2);
  }

  @Test
  void whatTheLedgerMayHaveNotedDoesNotComeAgainWhereItsReaderMovesIt() throws Exception {
    deliver(message(1));
    disk.fails = "file";
    disk.failsAgain = true;
    assertThatThrownBy(() -> deliver(message(2))).hasMessage("made to fail");
    move(directory.resolve("mail/new/" + message(2).baseName()), directory.resolve("taken"));
    disk.fails = "";
    deliver(message(2).again(message(2).destinations()));
    assertThat(mirrored()).hasSize(1);
    assertThat(noted()).isEqualTo(2);
  }

  @Test
  void aLinkThatWasNotSyncedIsNotBelievedWhereTheLedgerWasUncertainBefore() throws Exception {
    deliver(message(1));
    disk.fails = "file";
    disk.failsAgain = true;
    assertThatThrownBy(() -> deliver(message(2))).hasMessage("made to fail");
    disk.fails = "directory";
    assertThatThrownBy(() -> deliver(message(3))).hasMessage("made to fail");
    assertThat(mirrored()).as("the first, and the one that may be noted").hasSize(2);
    disk.fails = "";
    deliver(message(3).again(message(3).destinations()));
    assertThat(mirrored()).hasSize(3);
  }

  @Test
  void aTextThatCannotBeReadForFiveMinutesIsOneGapForAllItsMailboxes() throws Exception {
    SpooledMessage message = message(1).again(Set.of(OF_BOB));
    Path text = directory.resolve("spool").resolve(message.id().bytes());
    LoopDisk.runOrSkip("mount", "--bind", EnvelopeFilesTest.UNREADABLE, text.toString());
    try {
      for (int mailboxes = 0; mailboxes < 20; mailboxes++) {
        assertThat(deliver(message).failed()).containsExactly(message);
      }
      passed = Duration.ofMinutes(5);
      for (int mailboxes = 0; mailboxes < 20; mailboxes++) {
        assertThat(deliver(message).damaged()).containsOnlyKeys(message);
      }
    } finally {
      LoopDisk.runOrSkip("umount", text.toString());
    }
    Path half = Files.createDirectory(directory.resolve("spool/damaged"));
    Files.writeString(half.resolve(message.id().bytes() + ".whole"), "of an attempt that failed");
    assertThat(damaged.setAside(message, List.of("bob@example.test"), new IOException())).isTrue();
    assertThat(half.resolve(message.id().bytes() + ".whole")).hasContent(message.arrival().text());
    assertThat(gaps).hasSize(1);
  }

  private CopyLinks.Attempt deliver(SpooledMessage message) throws IOException {
    links.beginBatch();
    return links.deliver(OF_BOB, List.of(message));
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Instant instant() {
        return Instant.parse("2026-11-22T10:00:00Z").plus(passed);
      }
    };
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long noted() throws IOException {
    return Ledger.verify(directory.resolve("spool/ledgers/example.test/_mirror_bob")).lines();
  }

  private List<Path> mirrored() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("mail"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private SpooledMessage message(int number) {
    FileName id = new FileName("1.M1P1Q%d.t".formatted(number));
    try {
      Files.writeString(directory.resolve("spool").resolve(id.bytes()), TEXT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Arrival arrival =
        new Arrival(
            Instant.parse("2026-11-22T10:00:00Z"),
            Optional.of(number + "bX"),
            "a@example.test",
            List.of("bob@example.test"),
            Map.of(OF_BOB, List.of("bob@example.test")),
            DigestUtils.sha256Hex(TEXT),
            TEXT.length());
    Noted nowhere =
        new Noted() {
          @Override
          public void forget() {}

          @Override
          public boolean keeps(Arrival what) {
            return true;
          }
        };
    return new SpooledMessage(id, nowhere, arrival, false);
  }
}
