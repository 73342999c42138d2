package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;
import org.mailtimemachine.snapshot.manifest.Lines;
import org.mailtimemachine.snapshot.manifest.Manifest;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

class SnapshotRepairTest {

  private static final SnapshotName FIRST = new SnapshotName("2026-11-21");
  private static final SnapshotName SECOND = new SnapshotName("2026-11-22");
  private static final SnapshotName THIRD = new SnapshotName("2026-11-23");

  @TempDir Path root;
  private MailboxFixture anna;
  private Path kept;

  @BeforeEach
  void takeTwo() throws IOException {
    anna = new MailboxFixture(root.resolve("mail"), "anna").folder(".Sent");
    anna.message("cur", "1.a:2,S");
    anna.message(".Sent/cur", "9.s:2,S");
    kept = root.resolve("store/example.test/anna");
    take(FIRST);
    anna.message("cur", "2.b:2,S");
    take(SECOND);
  }

  private void take(SnapshotName name) throws IOException {
    try (SnapshotEngine engine =
        SnapshotEngine.open(
            root.resolve("mail"),
            root.resolve("store"),
            Clock.fixed(Instant.parse("2026-11-22T00:00:00Z"), ZoneOffset.UTC))) {
      engine.take(name, TakeProgress.NONE);
    }
  }

  private SnapshotRepair.Outcome repair() throws IOException {
    return repair(false);
  }

  private SnapshotRepair.Outcome repair(boolean dryRun) throws IOException {
    try (Store store = Store.open(root.resolve("store"))) {
      return new SnapshotRepair(
              store, Optional.of(MailboxSettings.inDirectories(root.resolve("mail"))))
          .run(dryRun);
    }
  }

  private List<Finding> check() throws IOException {
    try (Store store = Store.open(root.resolve("store"))) {
      return new SnapshotCheck(store).data(DataPart.ALL).run().findings();
    }
  }

  private void assertMended(String what) throws IOException {
    SnapshotRepair.Outcome dry = repair(true);
    assertThat(dry.mended()).isNotEmpty();
    SnapshotRepair.Outcome outcome = repair();
    assertThat(outcome.left()).isEmpty();
    assertThat(outcome.mended())
        .extracting(Finding::what)
        .anySatisfy(done -> assertThat(done).contains(what));
    assertThat(check()).isEmpty();
    assertThat(repair().mended()).as("a second repair").isEmpty();
  }

  @Test
  void aSoundStoreIsLeftAsItIs() throws IOException {
    assertThat(repair()).isEqualTo(new SnapshotRepair.Outcome(List.of(), List.of()));
    assertThat(check()).isEmpty();
  }

  @Test
  void aDryRunChangesNothing() throws IOException {
    Files.delete(kept.resolve("pool/1.a"));
    Files.write(kept.resolve("snapshots/2026-11-21"), new byte[9]);
    List<Finding> before = check();
    repair(true);
    assertThat(check()).isEqualTo(before);
  }

  @Test
  void aMissingLinkIsMadeAgainFromTheLiveMailboxWhereverTheMessageIsNow() throws IOException {
    Files.delete(kept.resolve("pool/1.a"));
    anna.rename("cur/1.a:2,S", ".Sent/cur/1.a:2,FS");
    assertMended("the live mailbox: Sent");
  }

  @Test
  void aMissingLinkIsMadeAgainFromAnotherMessageOfTheSameContent() throws IOException {
    Path pool = kept.resolve("pool");
    Files.copy(pool.resolve("1.a"), pool.resolve("3.twin"));
    try (Store store = Store.open(root.resolve("store"));
        SnapshotStore.StoredMessage message = store.message(anna.address(), "1.a")) {
      String sha256 = message.sha256();
      store.recordDigests(anna.address(), Map.of("1.a", sha256, "3.twin", sha256));
    }
    Files.delete(pool.resolve("1.a"));
    anna.delete("cur/1.a:2,S");
    assertThat(repair().mended())
        .extracting(Finding::what)
        .anySatisfy(what -> assertThat(what).contains("the pool: 3.twin"));
    assertThat(check()).isEmpty();
  }

  @Test
  void anotherFileOfTheSameNameAndTimesIsNotTakenForTheMissingMessage() throws IOException {
    try (Store store = Store.open(root.resolve("store"));
        SnapshotStore.StoredMessage message = store.message(anna.address(), "1.a")) {
      store.recordDigests(anna.address(), Map.of("1.a", message.sha256()));
    }
    Path file = anna.path().resolve("cur/1.a:2,S");
    byte[] bytes = Files.readAllBytes(file);
    FileTime time = Files.getLastModifiedTime(file);
    Files.delete(kept.resolve("pool/1.a"));
    Files.delete(file);
    bytes[0] = 'X';
    Files.write(file, bytes);
    Files.setLastModifiedTime(file, time);
    assertThat(repair().left())
        .singleElement()
        .extracting(Finding::what)
        .asString()
        .contains("not the same");
    assertThat(kept.resolve("pool/1.a")).doesNotExist();
  }

  @Test
  void aDamagedManifestIsMovedAsideAndTheDaySaysWhatItLacks() throws IOException {
    Files.write(kept.resolve("snapshots/2026-11-22"), new byte[] {1, 2, 3});
    assertMended("moved into damaged/");
    try (Stream<Path> damaged = Files.list(kept.resolve("damaged"))) {
      assertThat(damaged)
          .singleElement()
          .satisfies(f -> assertThat(f).hasBinaryContent(new byte[] {1, 2, 3}));
    }
    try (Store store = Store.open(root.resolve("store"))) {
      Run run = store.run(SECOND).orElseThrow();
      assertThat(run.failed()).containsOnlyKeys("anna@example.test");
      assertThat(store.snapshots(anna.address())).containsExactly(FIRST);
      // Whoever can read more of it than we can still finds its messages.
      assertThat(new Expiry(store).run(new Retention(1), LocalDate.of(2026, 11, 22)).problems())
          .isEmpty();
      assertThat(kept.resolve("pool/2.b")).exists();
    }
  }

  @Test
  void aFolderWhoseListingIsDamagedIsShownAsInTheNearestSnapshot() throws IOException {
    try (Store store = Store.open(root.resolve("store"))) {
      String listing = inbox(store.manifest(anna.address(), SECOND)).listing();
      Files.write(kept.resolve("listings/" + listing + ".gz"), new byte[] {1, 2, 3});
      assertMended("shown as in the nearest snapshot");
      ManifestFolder inbox = inbox(store.manifest(anna.address(), SECOND));
      assertThat(inbox.busy()).isTrue();
      assertThat(inbox.messages()).isEqualTo(1);
      take(new SnapshotName("2026-11-23"));
      assertThat(anna.look(store, new SnapshotName("2026-11-23"))).isEqualTo(anna.look());
    }
  }

  private static ManifestFolder inbox(Manifest manifest) {
    return manifest.folders().getFirst();
  }

  @Test
  void aDamagedRunRecordIsMadeAgain() throws IOException {
    Files.writeString(root.resolve("store/runs/2026-11-22"), "x");
    assertMended("its record was damaged");
    try (Store store = Store.open(root.resolve("store"))) {
      assertThat(store.snapshots(anna.address())).containsExactly(FIRST, SECOND);
      assertThat(store.run(SECOND).orElseThrow().all()).isFalse();
    }
  }

  @Test
  void aLostRunRecordIsMadeAgain() throws IOException {
    Files.delete(root.resolve("store/runs/2026-11-22"));
    assertMended("its record was lost");
  }

  @Test
  void aLostManifestIsNoted() throws IOException {
    Files.delete(kept.resolve("snapshots/2026-11-22"));
    assertMended("1 of its manifests are lost");
  }

  /** An expiry decided, a pin came, and it was killed before it looked at the pins again. */
  private SnapshotName hideAPinnedOne() throws IOException {
    anna.delete("cur/2.b:2,S");
    take(THIRD);
    try (Store store = Store.open(root.resolve("store"))) {
      store.rewrite(store.run(SECOND).orElseThrow().withExpired(1));
      store.pin(
          anna.address(), new Pin(SECOND, "request", "x", "y", Instant.EPOCH, Optional.empty()));
    }
    Files.move(kept.resolve("snapshots/2026-11-22"), kept.resolve("snapshots/.~2026-11-22"));
    return SECOND;
  }

  @Test
  void whatAnExpiryThatWasKilledHadHiddenIsNotRemovedAsALeftover() throws IOException {
    SnapshotName pinned = hideAPinnedOne();
    assertMended("an expiry that was killed");
    try (Store store = Store.open(root.resolve("store"))) {
      new Expiry(store).run(new Retention(1), LocalDate.of(2026, 11, 24));
      assertThat(anna.look(store, pinned)).contains("/2.b");
      assertThat(kept.resolve("pool/2.b")).exists();
    }
    assertThat(check()).isEmpty();
  }

  @Test
  void whatAHiddenManifestNamesIsNamed() throws IOException {
    hideAPinnedOne();
    try (Store store = Store.open(root.resolve("store"));
        MailboxStore open = MailboxStore.find(store.root(), anna.address()).orElseThrow()) {
      Set<String> named = NamedParts.listings(open, open.manifests());
      NamedParts.Unnamed unnamed =
          NamedParts.unnamed(open, NamedParts.andHidden(open, named, List.of()));
      assertThat(unnamed.links()).isEmpty();
      assertThat(unnamed.listings()).isEmpty();
    }
  }

  @Test
  void aManifestOfALaterFormatIsLeftAndNamed() throws IOException {
    Path manifest = kept.resolve("snapshots/2026-11-22");
    try (OutputStream file = new GZIPOutputStream(Files.newOutputStream(manifest))) {
      file.write(Lines.begin("mail-time-machine-manifest 2").add("mailbox", "x").end());
    }
    byte[] later = Files.readAllBytes(manifest);
    assertLeft("mail-time-machine-manifest 2");
    assertThat(manifest).hasBinaryContent(later);
    assertThat(kept.resolve("damaged")).doesNotExist();
    assertThat(kept.resolve("pool/2.b")).exists();
  }

  @Test
  void aRunRecordOfALaterFormatIsLeftAndNamed() throws IOException {
    Path record = root.resolve("store/runs/2026-11-22");
    byte[] later = Lines.begin("mail-time-machine-run 2").add("name", "x").end();
    Files.write(record, later);
    assertLeft("mail-time-machine-run 2");
    assertThat(record).hasBinaryContent(later);
  }

  private void assertLeft(String what) throws IOException {
    SnapshotRepair.Outcome outcome = repair();
    assertThat(outcome.mended()).isEmpty();
    assertThat(outcome.left()).extracting(Finding::what).singleElement().asString().contains(what);
  }

  @Test
  void aRepairThatWasKilledAfterItNotedADamagedManifestIsFinishedByTheNextOne() throws IOException {
    Files.write(kept.resolve("snapshots/2026-11-22"), new byte[] {1, 2, 3});
    try (Store store = Store.open(root.resolve("store"))) {
      Run run = store.run(SECOND).orElseThrow();
      store.rewrite(run.without(1, "anna@example.test", "its manifest was damaged"));
      assertMended("moved into damaged/");
      assertThat(store.run(SECOND).orElseThrow().mailboxes()).isZero();
    }
  }

  @Test
  void whatADamagedManifestOfAPinnedSnapshotNamedStaysAsLongAsItIsPinned() throws IOException {
    anna.delete("cur/2.b:2,S");
    take(THIRD);
    Files.write(kept.resolve("snapshots/2026-11-22"), new byte[] {1, 2, 3});
    try (Store store = Store.open(root.resolve("store"))) {
      store.pin(
          anna.address(), new Pin(SECOND, "request", "x", "y", Instant.EPOCH, Optional.empty()));
      repair();
      try (Stream<Path> damaged = Files.list(kept.resolve("damaged"))) {
        Path aside = damaged.findFirst().orElseThrow();
        Files.move(aside, aside.resolveSibling("2020-01-01~2026-11-22"));
      }
      new Expiry(store).run(new Retention(1), LocalDate.of(2026, 11, 24));
      repair();
      assertThat(kept.resolve("pool/2.b")).exists();
      store.unpin(anna.address(), SECOND, "request");
      repair();
      assertThat(kept.resolve("pool/2.b")).doesNotExist();
    }
  }

  @Test
  void inAStoreOfCopiesAMissingMessageIsCopiedAgain() throws IOException {
    Path live = anna.path().resolve("cur/1.a:2,S");
    Files.delete(kept.resolve("pool/1.a"));
    Path copies = root.resolve("copies");
    try (SnapshotEngine engine =
        SnapshotEngine.open(
            root.resolve("mail"),
            copies,
            Optional.of(StorageStrategy.COPY),
            Clock.fixed(Instant.parse("2026-11-22T00:00:00Z"), ZoneOffset.UTC))) {
      engine.take(SECOND, TakeProgress.NONE);
      Store store = engine.store();
      Path inPool = copies.resolve("example.test/anna/pool/1.a");
      byte[] bytes = Files.readAllBytes(inPool);
      Files.delete(inPool);
      SnapshotRepair repair =
          new SnapshotRepair(
              store, Optional.of(MailboxSettings.inDirectories(root.resolve("mail"))));
      assertThat(repair.run(false).left()).as("nobody knows whether it is the same").hasSize(1);
      assertThat(inPool).doesNotExist();
      store.recordDigests(anna.address(), Map.of("1.a", Lines.sha256(bytes)));
      SnapshotRepair.Outcome outcome = repair.run(false);
      assertThat(outcome.left()).isEmpty();
      assertThat(outcome.mended()).singleElement().asString().contains("the live mailbox");
      assertThat(inPool).hasSameBinaryContentAs(live);
      assertThat(Files.getLastModifiedTime(inPool)).isEqualTo(Files.getLastModifiedTime(live));
      assertThat(Files.getAttribute(live, "unix:nlink")).isEqualTo(1);
    }
  }

  @Test
  void leftoversAreRemoved() throws IOException {
    Files.createFile(kept.resolve("pool/left.over"));
    Files.createFile(kept.resolve("snapshots/.2026-11-23"));
    Files.createFile(kept.resolve("listings/.unfinished.gz"));
    Files.createFile(kept.resolve(".digests.new"));
    assertMended("4 files that nothing names were removed");
  }
}
