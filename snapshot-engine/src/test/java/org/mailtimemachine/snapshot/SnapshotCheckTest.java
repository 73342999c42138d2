package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
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
    assertThat(check()).isEqualTo(new SnapshotCheck.Outcome(1, 2, List.of()));
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
        .containsExactly("it was of 1 mailboxes, 0 of them expired, and 0 have it");
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
