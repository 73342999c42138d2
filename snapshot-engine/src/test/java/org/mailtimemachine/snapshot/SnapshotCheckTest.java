package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotCheckTest {

  private static final SnapshotName NIGHT = new SnapshotName("2026-11-22");

  @TempDir Path root;
  private MailboxFixture anna;
  private Path kept;

  @BeforeEach
  void takeOne() throws IOException {
    anna = new MailboxFixture(root.resolve("mail"), "anna");
    anna.message("cur", "1.a:2,S");
    anna.message("cur", "2.b:2,S");
    kept = root.resolve("store/example.test/anna");
    try (SnapshotEngine engine =
        SnapshotEngine.open(
            root.resolve("mail"),
            root.resolve("store"),
            Clock.fixed(Instant.parse("2026-11-22T00:00:00Z"), ZoneOffset.UTC))) {
      engine.take(NIGHT, TakeProgress.NONE);
    }
  }

  private SnapshotCheck.Outcome check() throws IOException {
    try (Store store = Store.open(root.resolve("store"))) {
      return new SnapshotCheck(store).run();
    }
  }

  private void assertFinding(String message, String what) throws IOException {
    List<Finding> findings = check().findings();
    assertThat(findings).hasSize(1);
    assertThat(findings.getFirst().mailbox()).hasValue(anna.address());
    assertThat(findings.getFirst().snapshot()).hasValue(NIGHT);
    assertThat(findings.getFirst().message()).isEqualTo(Optional.ofNullable(message));
    assertThat(findings.getFirst().what()).contains(what);
  }

  @Test
  void aSoundStoreHasNoFindings() throws IOException {
    assertThat(check()).isEqualTo(new SnapshotCheck.Outcome(1, 2, 0, 0, 2, 0, 0, List.of()));
  }

  private void hash() throws IOException {
    try (Store store = Store.open(root.resolve("store"))) {
      for (String name : List.of("1.a", "2.b")) {
        try (SnapshotStore.StoredMessage message = store.message(anna.address(), name)) {
          store.recordDigests(anna.address(), Map.of(name, message.sha256()));
        }
      }
    }
  }

  private SnapshotCheck.Outcome read() throws IOException {
    try (Store store = Store.open(root.resolve("store"))) {
      return new SnapshotCheck(store).data(DataPart.ALL).run();
    }
  }

  @Test
  void everyFlippedBitIsFoundByReading() throws IOException {
    hash();
    assertThat(read().findings()).isEmpty();
    assertThat(read().read()).isEqualTo(2);
    Path file = anna.path().resolve("cur/2.b:2,S");
    FileTime time = Files.getLastModifiedTime(file);
    byte[] sound = Files.readAllBytes(file);
    for (int bit = 0; bit < sound.length * 8; bit += 7) {
      byte[] rotten = sound.clone();
      rotten[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(file, rotten);
      Files.setLastModifiedTime(file, time);
      assertThat(check().findings()).as("without reading").isEmpty();
      assertThat(read().findings())
          .as("bit %d", bit)
          .extracting(Finding::what)
          .singleElement()
          .asString()
          .contains("bit rot");
    }
    Files.write(file, sound);
    Files.setLastModifiedTime(file, time);
    assertThat(read().findings()).isEmpty();
  }

  @Test
  void aChangeOfFlagsIsNoFinding() throws IOException {
    hash();
    anna.rename("cur/1.a:2,S", "cur/1.a:2,FRS");
    assertThat(read().findings()).isEmpty();
  }

  @Test
  void fifteenNightsReadEveryMessageOnce() throws IOException {
    for (int i = 0; i < 60; i++) {
      anna.message("cur", i + ".many:2,S");
    }
    try (SnapshotEngine engine =
        SnapshotEngine.open(root.resolve("mail"), root.resolve("store"), Clock.systemUTC())) {
      engine.take(new SnapshotName("2026-11-23"), TakeProgress.NONE);
      Store store = engine.store();
      Map<String, String> digests = new HashMap<>();
      for (int i = 0; i < 60; i++) {
        try (var message = store.message(anna.address(), i + ".many")) {
          digests.put(i + ".many", message.sha256());
        }
      }
      store.recordDigests(anna.address(), digests);
      long read = 0;
      for (int night = 0; night < 15; night++) {
        Clock clock =
            Clock.fixed(
                Instant.parse("2026-11-23T01:00:00Z").plusSeconds(night * 86_400L), ZoneOffset.UTC);
        CheckRecord record = new NightlyCheck(store, clock).run(CheckProgress.NONE);
        assertThat(record.findings()).isZero();
        read += record.outcome().read();
        assertThat(store.lastCheck(LocalDate.parse("2026-12-31"))).hasValue(record);
      }
      assertThat(read).isEqualTo(60);
      assertThat(new SnapshotCheck(store).run().findings()).isEmpty();
    }
  }

  @Test
  void aNightlyCheckKeepsItsFindingsInTheStore() throws IOException {
    Files.delete(kept.resolve("pool/1.a"));
    try (Store store = Store.open(root.resolve("store"))) {
      CheckRecord record =
          new NightlyCheck(store, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
              .run(CheckProgress.NONE);
      assertThat(record.findings()).isEqualTo(1);
      assertThat(store.lastCheck(LocalDate.parse("2026-12-31"))).hasValue(record);
    }
  }

  @Test
  void aPartMayBeNamed() {
    LocalDate date = LocalDate.of(2026, 11, 22);
    assertThat(DataPart.parse("3/15", date)).isEqualTo(new DataPart(3, 15));
    assertThat(DataPart.parse("1/15", date)).isEqualTo(DataPart.due(15, date));
    assertThatThrownBy(() -> DataPart.parse("0/15", date)).hasMessageContaining("no part");
    assertThatThrownBy(() -> DataPart.parse("half", date)).hasMessageContaining("no part");
  }

  @Test
  void aDigestThatWasAlteredIsFoundAndNotBelieved() throws IOException {
    hash();
    Path digests = kept.resolve("digests");
    Files.writeString(digests, Files.readString(digests).replaceFirst(" [0-9a-f]", " x"));
    assertThat(read().findings())
        .extracting(Finding::what)
        .singleElement()
        .asString()
        .contains("digests is not as it was written");
    assertThat(read().notHashed()).isEqualTo(1);
  }

  @Test
  void aTornLineOfDigestsIsMadeUpForByTheNextOne() throws IOException {
    hash();
    Path digests = kept.resolve("digests");
    String text = Files.readString(digests);
    Files.writeString(digests, text.substring(0, text.length() - 30));
    assertThat(read().findings()).hasSize(1);
    hash();
    assertThat(read().findings()).isEmpty();
    assertThat(read().notHashed()).isZero();
  }

  @Test
  void whatIsHashedLongAfterItWasTakenIsCounted() throws IOException {
    try (SnapshotEngine engine =
        SnapshotEngine.open(root.resolve("mail"), root.resolve("store"), Clock.systemUTC())) {
      engine.take(new SnapshotName("2019-01-01"), TakeProgress.NONE);
    }
    hash();
    assertThat(read().hashedLate()).isEqualTo(2);
  }

  @Test
  void anotherOwnerIsFound() throws IOException {
    assumeTrue(
        (int) Files.getAttribute(anna.path(), "unix:uid") == 0, "only root can give files away");
    Files.setAttribute(anna.path().resolve("cur/1.a:2,S"), "unix:uid", 4711);
    assertFinding("1.a", "uid 4711");
  }

  @Test
  void whatOthersMayEnterIsFound() throws IOException {
    Files.setPosixFilePermissions(
        kept.resolve("pool"), PosixFilePermissions.fromString("rwxr-x---"));
    assertThat(check().findings())
        .extracting(Finding::what)
        .singleElement()
        .asString()
        .contains("store/example.test/anna/pool: its mode is 0750");
  }

  @Test
  void whatNobodyPutThereIsFound() throws IOException {
    Files.createFile(root.resolve("store/notes.txt"));
    Files.createFile(root.resolve("store/example.test/notes.txt"));
    Files.createFile(kept.resolve("notes.txt"));
    Files.createFile(kept.resolve("snapshots/notes.txt"));
    Files.createFile(kept.resolve("listings/notes.txt"));
    Files.createFile(root.resolve("store/runs/notes.txt"));
    assertThat(check().findings())
        .hasSize(6)
        .allSatisfy(finding -> assertThat(finding.what()).startsWith("unknown: "));
  }

  @Test
  void whatAKilledTakeLeftIsCountedAndNoFinding() throws IOException {
    Files.createFile(kept.resolve("pool/left.over"));
    Files.createFile(kept.resolve("snapshots/.2026-11-23"));
    assertThat(check().findings()).isEmpty();
    assertThat(check().leftovers()).isEqualTo(1);
  }

  @Test
  void oneMailboxCanBeCheckedAlone() throws IOException {
    MailboxFixture bruno = new MailboxFixture(root.resolve("mail"), "bruno");
    bruno.message("cur", "1.a:2,S");
    try (SnapshotEngine engine =
        SnapshotEngine.open(root.resolve("mail"), root.resolve("store"), Clock.systemUTC())) {
      engine.take(new SnapshotName("2026-11-23"), TakeProgress.NONE);
      Files.delete(kept.resolve("pool/1.a"));
      SnapshotCheck check = new SnapshotCheck(engine.store());
      assertThat(check.of(bruno.address()).run().findings()).isEmpty();
      assertThat(check.of(anna.address()).run().findings()).hasSize(1);
    }
  }

  @Test
  void aMissingLinkIsFound() throws IOException {
    Files.delete(kept.resolve("pool/1.a"));
    assertFinding("1.a", "missing from the pool");
  }

  @Test
  void anotherFileInItsPlaceIsFound() throws IOException {
    byte[] bytes = Files.readAllBytes(kept.resolve("pool/1.a"));
    Files.delete(kept.resolve("pool/1.a"));
    Files.write(kept.resolve("pool/1.a"), bytes);
    assertFinding("1.a", "another file");
  }

  @Test
  void anEditOfTheLiveFileInPlaceIsFound() throws IOException {
    Files.writeString(anna.path().resolve("cur/2.b:2,S"), "more", StandardOpenOption.APPEND);
    assertFinding("2.b", "changed in place");
  }

  @Test
  void aTouchedFileIsFound() throws IOException {
    Files.setLastModifiedTime(anna.path().resolve("cur/2.b:2,S"), FileTime.from(Instant.EPOCH));
    assertFinding("2.b", "touched");
  }

  @Test
  void aFlippedBitInAManifestIsFound() throws IOException {
    Path manifest = kept.resolve("snapshots/2026-11-22");
    byte[] bytes = Files.readAllBytes(manifest);
    bytes[bytes.length / 2] ^= 4;
    Files.write(manifest, bytes);
    assertFinding(null, "damaged");
  }

  @Test
  void aLostManifestIsFound() throws IOException {
    Files.delete(kept.resolve("snapshots/2026-11-22"));
    assertThat(check().findings())
        .extracting(Finding::what)
        .containsExactly("it was of 1 mailbox, 0 of them expired, and 0 have it");
  }

  @Test
  void aDamagedRunRecordIsFound() throws IOException {
    Files.writeString(root.resolve("store/runs/2026-11-22"), "x");
    assertThat(check().findings())
        .extracting(Finding::what)
        .singleElement()
        .asString()
        .contains("damaged");
  }

  @Test
  void aTornListingIsFound() throws IOException {
    try (var listings = Files.list(kept.resolve("listings"))) {
      Path listing = listings.findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(listing);
      Files.write(listing, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    }
    assertFinding(null, "damaged");
  }
}
