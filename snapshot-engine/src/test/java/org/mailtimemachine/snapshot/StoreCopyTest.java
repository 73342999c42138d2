package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.manifest.Manifest;

/** A Store that is copied to another place. */
class StoreCopyTest {

  private static final Retention ONE_DAY = new Retention(1);

  @TempDir Path root;
  private FaultHost host;
  private Path copy;

  @BeforeEach
  void twoNights() throws IOException {
    host = new FaultHost(root.resolve("host"));
    copy = root.resolve("copy");
    host.firstNight();
    host.aDayPasses();
    host.take(FaultHost.SECOND);
  }

  private StoreCopy.Outcome copy() throws IOException {
    return copy(false);
  }

  private StoreCopy.Outcome copy(boolean again) throws IOException {
    try (Store store = host.open()) {
      return StoreCopy.run(store, copy, true, again, TakeProgress.NONE);
    }
  }

  private void assertSame(String what, SnapshotName... days) throws IOException {
    try (Store store = host.open();
        Store copied = Store.open(copy)) {
      assertThat(copied.visible()).as(what).containsExactly(days);
      for (SnapshotName day : days) {
        if (store.visible().contains(day)) {
          assertThat(FaultHost.kept(copied, day))
              .as("%s: %s", what, day)
              .isEqualTo(FaultHost.kept(store, day));
        }
      }
      SnapshotCheck.Outcome check = new SnapshotCheck(copied).data(DataPart.ALL).run();
      assertThat(check.findings()).as(what).isEmpty();
      assertThat(check.notHashed()).as(what).isZero();
    }
  }

  private List<Path> pooled(Path store) throws IOException {
    try (Stream<Path> files = Files.walk(store)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getParent().endsWith("pool"))
          .toList();
    }
  }

  @Test
  void aCopyHasEveryDayAndEachMessageOnceWithItsDigest() throws IOException {
    StoreCopy.Outcome outcome = copy();

    assertThat(outcome.problems()).isEmpty();
    assertThat(outcome.snapshots()).isEqualTo(2);
    assertThat(outcome.messages()).isEqualTo(pooled(host.storePath()).size());
    assertThat(pooled(copy)).hasSameSizeAs(pooled(host.storePath()));
    assertSame("copied", FaultHost.FIRST, FaultHost.SECOND);
  }

  @Test
  void theNextRunCopiesOnlyWhatIsNew() throws IOException {
    copy();
    assertThat(copy()).isEqualTo(new StoreCopy.Outcome(0, 0, 0, 0, List.of()));
    Path fresh = host.anna().message("cur", "fresh:2,S");
    host.take(FaultHost.THIRD);

    StoreCopy.Outcome outcome = copy();

    assertThat(outcome.snapshots()).isEqualTo(1);
    assertThat(outcome.messages()).isEqualTo(1);
    assertThat(outcome.bytes()).isEqualTo(Files.size(fresh));
    assertSame("copied again", FaultHost.FIRST, FaultHost.SECOND, FaultHost.THIRD);
  }

  @Test
  void aMailboxThatCameToADayLaterComesToTheCopyOfThatDay() throws IOException {
    copy();
    MailboxFixture late = new MailboxFixture(host.mail(), "late");
    late.message("cur", "1.late:2,S");
    host.take(FaultHost.SECOND);

    copy();

    assertSame("with the late one", FaultHost.FIRST, FaultHost.SECOND);
    try (Store copied = Store.open(copy)) {
      assertThat(copied.snapshots(late.address())).containsExactly(FaultHost.SECOND);
    }
  }

  @Test
  void whatExpiresInTheStoreStaysInTheCopyWhichExpiresByItself() throws IOException {
    host.take(FaultHost.THIRD);
    copy();
    try (Store store = host.open()) {
      new Expiry(store).run(ONE_DAY, host.today(), Expiry.Option.FORCE);
      assertThat(store.visible()).doesNotContain(FaultHost.FIRST);
    }

    assertThat(copy().problems()).isEmpty();

    assertSame("behind an expiry", FaultHost.FIRST, FaultHost.SECOND, FaultHost.THIRD);
    try (Store copied = Store.open(copy)) {
      new Expiry(copied).run(ONE_DAY, host.today(), Expiry.Option.FORCE);
      assertThat(copied.visible()).doesNotContain(FaultHost.FIRST);
    }
    assertThat(copy().snapshots()).isZero();
  }

  @Test
  void whatIsPinnedStaysInTheCopyAlsoWhereTheStoreIsEmptied() throws IOException {
    Pin pin =
        new Pin(
            FaultHost.FIRST,
            "court",
            "an administrator",
            "the auditors asked",
            Instant.parse("2026-11-20T00:00:00Z"),
            Optional.empty());
    try (Store store = host.open()) {
      store.pin(host.anna().address(), pin);
    }
    copy();
    FaultHost.remove(host.storePath());
    host.take(FaultHost.THIRD);

    assertThat(copy().problems()).isEmpty();

    try (Store copied = Store.open(copy)) {
      assertThat(copied.pins(host.anna().address())).containsExactly(pin);
      new Expiry(copied).run(ONE_DAY, host.today(), Expiry.Option.FORCE);
      assertThat(copied.snapshots(host.anna().address()))
          .contains(FaultHost.FIRST)
          .doesNotContain(FaultHost.SECOND);
      assertThat(new SnapshotCheck(copied).data(DataPart.ALL).run().findings()).isEmpty();
    }
  }

  @Test
  void whatADamagedStoreForgotInARepairStaysInTheCopy() throws IOException {
    copy();
    Map<String, String> before;
    try (Store copied = Store.open(copy)) {
      before = FaultHost.kept(copied, FaultHost.FIRST);
    }
    try (Store store = host.open()) {
      var address = host.anna().address();
      try (MailboxStore kept = MailboxStore.find(store.root(), address).orElseThrow()) {
        Manifest whole = kept.manifest(FaultHost.FIRST);
        kept.stage(
            FaultHost.FIRST, new Manifest(address, whole.takenAt(), whole.owners(), List.of()));
        kept.publish(FaultHost.FIRST);
      }
    }

    copy(true);

    try (Store copied = Store.open(copy)) {
      assertThat(FaultHost.kept(copied, FaultHost.FIRST)).isEqualTo(before);
    }
  }

  @Test
  void aManifestThatTheCopysDiskHasDamagedIsNotHandedOnAndComesAgain() throws IOException {
    copy();
    Path manifest = copy.resolve("example.test/anna/snapshots").resolve(FaultHost.SECOND.text());
    Files.write(manifest, new byte[] {1, 2, 3});
    host.take(FaultHost.THIRD); // of the same state

    copy();

    try (Store store = host.open();
        Store copied = Store.open(copy)) {
      assertThat(FaultHost.kept(copied, FaultHost.THIRD))
          .isEqualTo(FaultHost.kept(store, FaultHost.THIRD));
    }
    copy(true);
    assertSame("again", FaultHost.FIRST, FaultHost.SECOND, FaultHost.THIRD);
  }

  @Test
  void aDiskThatIsNotMountedGetsNoCopy() throws IOException {
    try (Store store = host.open()) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> StoreCopy.run(store, copy, false, false, TakeProgress.NONE))
          .withMessageContaining("is its disk mounted?");
    }
    assertThat(copy).doesNotExist();
  }

  @Test
  void whatTheStoreHasLostIsNamedAndComesWhenItIsThereAgain() throws IOException {
    Path message = pooled(host.storePath()).getFirst();
    byte[] content = Files.readAllBytes(message);
    var time = Files.getLastModifiedTime(message);
    Files.delete(message);

    assertThat(copy().problems())
        .singleElement()
        .asString()
        .contains(message.getFileName().toString(), "@example.test");
    assertThat(pooled(copy)).hasSameSizeAs(pooled(host.storePath()));
    assertThat(copy().problems()).hasSize(1);

    Files.write(message, content);
    Files.setLastModifiedTime(message, time);
    assertThat(copy().messages()).isEqualTo(1);
    assertSame("mended", FaultHost.FIRST, FaultHost.SECOND);
  }

  @Test
  void bitRotInTheStoreIsToldAndNotBelievedInTheCopy() throws IOException {
    Path message = pooled(host.storePath()).getFirst();
    var address =
        MailboxAddress.of(message.getParent().getParent().getFileName() + "@example.test");
    String name = message.getFileName().toString();
    try (Store store = host.open()) {
      try (SnapshotStore.StoredMessage whole = store.message(address, name)) {
        store.recordDigests(address, Map.of(name, whole.sha256()));
      }
    }
    var time = Files.getLastModifiedTime(message);
    byte[] content = Files.readAllBytes(message);
    content[content.length - 2] ^= 1;
    Files.write(message, content);
    Files.setLastModifiedTime(message, time);

    for (int run = 0; run < 2; run++) {
      assertThat(copy().problems()).singleElement().asString().contains(name, "not what was read");
    }

    content[content.length - 2] ^= 1;
    Files.write(message, content);
    Files.setLastModifiedTime(message, time);
    assertThat(copy().problems()).isEmpty();
    assertSame("mended", FaultHost.FIRST, FaultHost.SECOND);
  }

  @Test
  void whatTheDiskOfTheCopyHasLostComesAgainWhereItIsWanted() throws IOException {
    copy();
    Files.delete(pooled(copy).getFirst());

    assertThat(copy().messages()).isZero();
    assertThat(copy(true).messages()).isEqualTo(1);
    assertSame("again", FaultHost.FIRST, FaultHost.SECOND);
  }

  @Test
  void noNightAddsToACopyUntilItTakesThePlaceOfTheStore() throws IOException {
    copy();
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> FaultHost.take(host.mail(), copy, FaultHost.THIRD))
        .withMessageContaining("is a copy");

    StoreCopy.becomeStore(copy);

    Run run = FaultHost.take(host.mail(), copy, FaultHost.THIRD);
    assertThat(run.failed()).isEmpty();
    try (Store store = Store.open(copy)) {
      assertThat(FaultHost.kept(store, FaultHost.THIRD)).isEqualTo(host.live());
      assertThat(new SnapshotCheck(store).data(DataPart.ALL).run().findings()).isEmpty();
    }
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(this::copy)
        .withMessageContaining("no copy");
  }

  @Test
  void aCopyGoesToAPlaceOfItsOwn() throws IOException {
    for (Path wrong : List.of(host.storePath(), host.storePath().resolve("copy"), root)) {
      copy = wrong;
      assertThatExceptionOfType(StoreException.class).as("%s", wrong).isThrownBy(this::copy);
    }
    copy = Files.createDirectory(root.resolve("other"));
    Files.writeString(copy.resolve("a file"), "of somebody");
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(this::copy)
        .withMessageContaining("neither empty");
  }

  @Test
  void aCopyingThatIsKilledAtACallShowsNoHalfDayAndIsFinishedByTheNext() throws Exception {
    Strace.assumeHere();
    long seed = Long.getLong("mtm.test.seed", System.nanoTime());
    int number = 0;
    for (String call : some(seed, Strace.CHANGING)) {
      for (int when : new int[] {2, 9}) {
        copy = root.resolve("killed" + ++number);
        String what = call + " " + when + ", seed " + seed;
        boolean hit;
        try (EngineProcess engine = EngineProcess.start()) {
          Strace strace =
              Strace.inject(
                  engine.pid(), root.resolve("strace" + number), call, "signal=KILL:when=" + when);
          try (strace) {
            engine.beginCopy(host, copy);
            hit = engine.answer().isEmpty();
          }
        }
        assertWholeDays(what);
        assertThat(copy().problems()).as(what).isEmpty();
        assertSame(what + (hit ? "" : ", not reached"), FaultHost.FIRST, FaultHost.SECOND);
        assertThat(leftovers()).as(what).isEmpty();
      }
    }
  }

  @Test
  void aCopyingWhoseCallFailsSaysSoAndIsFinishedByTheNext() throws Exception {
    Strace.assumeHere();
    long seed = Long.getLong("mtm.test.seed", System.nanoTime());
    int number = 0;
    for (String call : some(seed, Strace.CALLS)) {
      for (String error : List.of("EIO:when=3", "ENOSPC:when=5+")) {
        copy = root.resolve("failing" + ++number);
        String what = call + " " + error + ", seed " + seed;
        boolean injected;
        String answer;
        try (EngineProcess engine = EngineProcess.start()) {
          Strace strace =
              Strace.inject(engine.pid(), root.resolve("strace-" + number), call, "error=" + error);
          try (strace) {
            engine.beginCopy(host, copy);
            answer = engine.answer().orElseThrow();
          }
          injected = strace.injected();
        }
        assertThat(answer).as(what).doesNotStartWith("broken");
        if (injected && List.of("fsync", "syncfs").contains(call)) {
          assertThat(answer).as(what).isNotEqualTo("done[]");
        }
        if (answer.equals("done[]")) {
          assertSame(what, FaultHost.FIRST, FaultHost.SECOND);
        }
        assertThat(copy(true).problems()).as(what).isEmpty();
        assertSame(what, FaultHost.FIRST, FaultHost.SECOND);
      }
    }
  }

  private static List<String> some(long seed, List<String> calls) {
    List<String> some = new ArrayList<>(calls);
    if (!"all".equals(System.getProperty("mtm.test.faults"))) {
      Collections.shuffle(some, new Random(seed));
      some.subList(2, some.size()).clear();
    }
    return some;
  }

  /** What is visible after a kill is as whole as it ever will be. */
  private void assertWholeDays(String what) throws IOException {
    if (!Files.exists(copy.resolve("format"))) {
      return;
    }
    try (Store store = host.open();
        Store copied = Store.open(copy)) {
      for (SnapshotName day : copied.visible()) {
        assertThat(FaultHost.kept(copied, day))
            .as("%s: %s", what, day)
            .isEqualTo(FaultHost.kept(store, day));
      }
    }
  }

  private List<String> leftovers() throws IOException {
    try (Stream<Path> files = Files.walk(copy)) {
      return files
          .map(file -> copy.relativize(file).toString())
          .filter(
              file -> file.contains("/.") || file.startsWith(".") || file.endsWith("/incomplete"))
          .toList();
    }
  }

  @Test
  void daysThatExpireWhileTheyAreCopiedAreNoProblem() throws IOException {
    host.take(FaultHost.THIRD);
    try (Store store = host.open()) {
      StoreCopy.Outcome outcome =
          StoreCopy.run(
              store,
              copy,
              true,
              false,
              (mailbox, done, total) -> {
                if (done == 1) {
                  expire();
                }
              });
      assertThat(outcome.problems()).isEmpty();
    }
    try (Store copied = Store.open(copy)) {
      assertThat(FaultHost.kept(copied, FaultHost.THIRD)).isEqualTo(host.live());
    }
  }

  private void expire() {
    try (Store store = host.open()) {
      new Expiry(store).run(ONE_DAY, host.today(), Expiry.Option.FORCE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
