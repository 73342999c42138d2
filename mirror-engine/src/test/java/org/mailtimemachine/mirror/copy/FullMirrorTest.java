package org.mailtimemachine.mirror.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.Mirror;
import org.mailtimemachine.mirror.MirrorRules;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.smtp.Copies;
import org.mailtimemachine.mirror.smtp.Envelope;

/** The disk of the mirrors is full, from one step of a message on. */
class FullMirrorTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final MailboxAddress MIRROR = MailboxAddress.of("_mirror@example.test");
  private static final MirrorRules RULES =
      MirrorRules.of(
          List.of(new Mirror(new MirrorSource.AllRecipients("example.test"), List.of(MIRROR), 30)));
  private static final Envelope ENVELOPE =
      new Envelope(
          Map.of("IDENT", "4bX"),
          "a@example.test",
          List.of(),
          List.of(new Envelope.Recipient("bob@example.test", List.of())));
  private static final byte[] TEXT = new byte[8192];

  @TempDir private Path directory;
  private LoopDisk disk;

  @BeforeEach
  void makeDisk() throws Exception {
    disk = LoopDisk.make(directory.resolve("disk"), 160);
    Files.createDirectory(disk.root().resolve("mail"));
  }

  @AfterEach
  void removeDisk() throws Exception {
    disk.close();
  }

  @Test
  void nothingIsBegunBelowTheReserve() throws Exception {
    try (Spool spool = open(FailurePolicy.DEFER)) {
      Files.write(disk.root().resolve("much"), new byte[100 << 20]);
      assertThatThrownBy(() -> spool.begin(ENVELOPE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("bytes are free");
    }
    try (Spool spool = open(FailurePolicy.PASS)) {
      passes(spool);
    }
    assertThat(spooled()).isEmpty();
    assertThat(mirrored()).isEmpty();
  }

  @Test
  void aSingleTextDoesNotTakeTheReserve() throws Exception {
    try (Spool spool = open(FailurePolicy.DEFER);
        Copies.Copy copy = spool.begin(ENVELOPE)) {
      byte[] piece = new byte[32 * 1024];
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 160 << 5; i++) {
                  copy.write(piece, piece.length);
                }
              })
          .isInstanceOf(IOException.class)
          .hasMessageContaining("bytes are free");
      assertThat(Files.getFileStore(disk.root()).getUsableSpace()).isGreaterThan(50 << 20);
    }
    assertThat(spooled()).isEmpty();
  }

  @Test
  void aTextThatFindsNoRoomIsNotTaken() throws Exception {
    try (Spool spool = open(FailurePolicy.DEFER)) {
      try (Copies.Copy copy = spool.begin(ENVELOPE)) {
        copy.write(TEXT, TEXT.length);
        disk.fill();
        assertThatThrownBy(copy::sync).isInstanceOf(IOException.class);
      }
      assertThat(spooled()).isEmpty();
      disk.makeRoom();
      passes(spool);
      spool.awaitDelivered();
    }
    assertThat(mirrored()).hasSize(1);
  }

  @Test
  void whatWasTakenWaitsForRoomInItsMailbox() throws Exception {
    try (Spool spool = open(FailurePolicy.DEFER)) {
      passes(spool);
      spool.awaitDelivered();
      try (Copies.Copy copy = spool.begin(withQueueId("5cY"))) {
        copy.write(TEXT, TEXT.length);
        copy.sync();
        disk.fill();
        // the ledger of the month has room in its last block for a few lines more
        copy.accepted(ENVELOPE.recipients());
      }
    }
    disk.makeRoom();
    try (Spool spool = open(FailurePolicy.DEFER)) {
      spool.awaitDelivered();
    }
    assertThat(mirrored()).hasSize(2);
    assertThat(spooled()).isEmpty();
    assertThat(Ledger.verify(disk.root().resolve("spool/ledgers/example.test/_mirror")).lines())
        .isEqualTo(2);
  }

  private static Envelope withQueueId(String id) {
    return new Envelope(Map.of("IDENT", id), "a@example.test", List.of(), ENVELOPE.recipients());
  }

  private static void passes(Spool spool) throws IOException {
    try (Copies.Copy copy = spool.begin(ENVELOPE)) {
      copy.write(TEXT, TEXT.length);
      copy.sync();
      copy.accepted(ENVELOPE.recipients());
    }
  }

  private Spool open(FailurePolicy policy) throws IOException {
    return Spool.open(
        disk.root().resolve("spool"),
        mailbox -> disk.root().resolve("mail").resolve(mailbox.toString()),
        () -> RULES,
        policy,
        Clock.fixed(NOW, ZoneOffset.UTC),
        "t");
  }

  private List<Path> spooled() throws IOException {
    try (Stream<Path> files = Files.list(disk.root().resolve("spool"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.endsWith("lock") && !file.endsWith("journals"))
          .toList();
    }
  }

  private List<Path> mirrored() throws IOException {
    try (Stream<Path> files = Files.walk(disk.root().resolve("mail"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
