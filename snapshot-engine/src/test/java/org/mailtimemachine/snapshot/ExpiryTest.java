package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpiryTest {

  private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
  private static final Retention TWO_DAYS = new Retention(2);

  @TempDir Path root;
  private MailboxFixture anna;
  private Path storePath;

  @BeforeEach
  void mailbox() throws IOException {
    anna = new MailboxFixture(root.resolve("mail"), "anna");
    storePath = root.resolve("store");
  }

  private void take(int daysAgo) throws IOException {
    try (SnapshotEngine engine =
        SnapshotEngine.open(
            root.resolve("mail"),
            storePath,
            Clock.fixed(Instant.parse("2026-11-22T00:00:00Z"), ZoneOffset.UTC))) {
      engine.take(SnapshotName.nightly(TODAY.minusDays(daysAgo)), TakeProgress.NONE);
    }
  }

  private Expiry.Outcome expire() throws IOException {
    return expire(TODAY);
  }

  private Expiry.Outcome expire(LocalDate today, Expiry.Option... options) throws IOException {
    try (Store store = Store.open(storePath)) {
      return new Expiry(store).run(TWO_DAYS, today, options);
    }
  }

  private void assertSound() throws IOException {
    try (Store store = Store.open(storePath)) {
      assertThat(new SnapshotCheck(store).run().findings()).isEmpty();
    }
  }

  private void liveThroughFiveDays() throws IOException {
    anna.message("cur", "stays:2,S");
    for (int ago = 4; ago >= 0; ago--) {
      anna.message("cur", "of-day-" + ago + ":2,S");
      take(ago);
      anna.delete("cur/of-day-" + ago + ":2,S");
    }
  }

  @Test
  void oldDaysGoAndTheMessagesThatOnlyTheyHeldGoWithThem() throws IOException {
    liveThroughFiveDays();
    Expiry.Outcome outcome = expire();
    assertThat(outcome.expired())
        .extracting(SnapshotName::text)
        .containsExactly("2026-11-18", "2026-11-19");
    assertThat(outcome.messages()).isEqualTo(2);
    assertThat(files("pool"))
        .containsExactlyInAnyOrder("stays", "of-day-2", "of-day-1", "of-day-0");
    assertThat(files("snapshots"))
        .containsExactlyInAnyOrder("2026-11-20", "2026-11-21", "2026-11-22");
    assertThat(files("listings")).hasSize(3);
    try (Store store = Store.open(storePath)) {
      assertThat(new SnapshotCheck(store).run().findings()).isEmpty();
      assertThat(store.snapshots(anna.address())).hasSize(3);
    }
    assertThat(expire().expired()).isEmpty();
  }

  @Test
  void theLiveMailboxIsNotTouched() throws IOException {
    liveThroughFiveDays();
    expire();
    assertThat(anna.look()).containsExactly("/stays");
    assertThat(Files.getAttribute(anna.path().resolve("cur/stays:2,S"), "unix:nlink")).isEqualTo(2);
  }

  @Test
  void anExpiryThatWasKilledAmongTheManifestsIsFinishedByTheNextOne() throws IOException {
    liveThroughFiveDays();
    recordAsExpired("2026-11-18", "2026-11-19");
    Files.delete(kept("snapshots/2026-11-18"));
    Files.move(kept("snapshots/2026-11-19"), kept("snapshots/.~2026-11-19"));
    assertSound();
    assertThat(expire().messages()).isEqualTo(2);
    assertThat(files("pool")).hasSize(4);
    assertThat(runs()).containsExactly("2026-11-20", "2026-11-21", "2026-11-22");
    assertSound();
  }

  @Test
  void anExpiryThatWasKilledAfterTheManifestsIsFinishedByTheNextOne() throws IOException {
    liveThroughFiveDays();
    recordAsExpired("2026-11-18", "2026-11-19");
    for (String day : List.of("2026-11-18", "2026-11-19")) {
      Files.delete(kept("snapshots").resolve(day));
    }
    assertThat(expire().messages()).isEqualTo(2);
    assertThat(files("pool")).hasSize(4);
    assertThat(runs()).containsExactly("2026-11-20", "2026-11-21", "2026-11-22");
  }

  private void recordAsExpired(String... days) throws IOException {
    try (Store store = Store.open(storePath)) {
      for (String day : days) {
        store.rewrite(store.run(new SnapshotName(day)).orElseThrow().withExpired(1));
      }
    }
  }

  @Test
  void whatATakeThatDiedPublishedGoes() throws IOException {
    liveThroughFiveDays();
    Files.createLink(kept("snapshots/2026-11-21T1200"), kept("snapshots/2026-11-21"));
    Files.createFile(storePath.resolve("runs/.2026-11-21T1200"));
    expire();
    assertThat(files("snapshots"))
        .containsExactlyInAnyOrder("2026-11-20", "2026-11-21", "2026-11-22");
  }

  @Test
  void aNightWhoseRunRecordWasLostIsNotTakenForOneThatNeverWas() throws IOException {
    liveThroughFiveDays();
    Files.delete(storePath.resolve("runs/2026-11-22"));
    Expiry.Outcome outcome = expire();
    assertThat(outcome.problems()).singleElement().asString().contains("2026-11-22 is lost");
    assertThat(files("snapshots")).contains("2026-11-22");
  }

  @Test
  void aMailboxThatCanNeverBeTakenLosesNothingAndBlocksNobody() throws IOException {
    MailboxFixture bruno = new MailboxFixture(root.resolve("mail"), "bruno");
    bruno.message("cur", "stays:2,S");
    take(9);
    Files.move(bruno.path(), root.resolve("moved away"));
    liveThroughFiveDays();
    try (Store store = Store.open(storePath)) {
      for (int ago = 4; ago >= 0; ago--) {
        SnapshotName night = SnapshotName.nightly(TODAY.minusDays(ago));
        store.rewrite(failed(store.run(night).orElseThrow(), bruno));
      }
      Expiry.Outcome outcome = expire();
      assertThat(outcome.ofMailboxes()).containsOnlyKeys(anna.address());
      assertThat(store.snapshots(bruno.address())).containsExactly(new SnapshotName("2026-11-13"));
      assertThat(store.snapshots(anna.address())).hasSize(3);
      assertThat(store.run(new SnapshotName("2026-11-13")).orElseThrow().expired()).isEqualTo(1);
    }
    assertThat(runs()).containsExactly("2026-11-13", "2026-11-20", "2026-11-21", "2026-11-22");
    assertSound();
    assertThat(expire().expired()).isEmpty();
  }

  private static Run failed(Run run, MailboxFixture mailbox) {
    return new Run(
        run.name(),
        run.started(),
        run.finished(),
        run.all(),
        run.mailboxes(),
        run.messages(),
        run.newLinks(),
        run.newBytes(),
        run.newMailboxes(),
        run.expired(),
        new TreeMap<>(Map.of(mailbox.address().toString(), "symbolic link")),
        List.of());
  }

  @Test
  void aMailboxThatWasRemovedKeepsItsDaysUntilTheyExpire() throws IOException {
    MailboxFixture bruno = new MailboxFixture(root.resolve("mail"), "bruno");
    bruno.message("cur", "only:2,S");
    take(4);
    take(3);
    Files.move(bruno.path(), root.resolve("moved away"));
    anna.message("cur", "stays:2,S");
    take(2);
    take(1);
    try (Store store = Store.open(storePath)) {
      assertThat(expire(TODAY.minusDays(2)).expired()).isEmpty();
      assertThat(expire(TODAY.minusDays(1)).ofMailboxes().get(bruno.address())).hasSize(1);
      assertThat(store.snapshots(bruno.address())).containsExactly(new SnapshotName("2026-11-19"));
      take(0);
      assertThat(expire().ofMailboxes().get(bruno.address())).hasSize(1);
      assertThat(store.snapshots(bruno.address())).isEmpty();
      assertThat(store.snapshots(anna.address())).hasSize(3);
    }
    assertSound();
  }

  @Test
  void aPinnedSnapshotStaysUntilItsLastPinIsGone() throws IOException {
    liveThroughFiveDays();
    SnapshotName oldest = new SnapshotName("2026-11-18");
    try (Store store = Store.open(storePath)) {
      store.pin(anna.address(), pin(oldest, "request-1", null));
      store.pin(anna.address(), pin(oldest, "request-2", null));
      store.pin(anna.address(), pin(new SnapshotName("2026-11-19"), "old", TODAY.minusDays(1)));
      assertThat(expire().expired()).containsExactly(new SnapshotName("2026-11-19"));
      store.unpin(anna.address(), oldest, "request-1");
      assertThat(store.pins(anna.address()))
          .extracting(Pin::id)
          .containsExactly("request-2", "old");
      assertThat(expire().expired()).isEmpty();
      assertThat(files("pool")).contains("of-day-4").doesNotContain("of-day-3");
      store.unpin(anna.address(), oldest, "request-2");
      assertThat(expire().expired()).containsExactly(oldest);
    }
    assertSound();
  }

  @Test
  void aPinThatCannotBeReadPinsAllTheSame() throws IOException {
    liveThroughFiveDays();
    SnapshotName oldest = new SnapshotName("2026-11-18");
    try (Store store = Store.open(storePath)) {
      store.pin(anna.address(), pin(oldest, "request-1", TODAY.minusDays(1)));
    }
    Files.writeString(kept("pins/2026-11-18~request-1"), "rot");
    assertThat(expire().expired()).containsExactly(new SnapshotName("2026-11-19"));
  }

  @Test
  void aPinThatCameWhileAnExpiryWasKilledWins() throws IOException {
    liveThroughFiveDays();
    SnapshotName oldest = new SnapshotName("2026-11-18");
    try (Store store = Store.open(storePath)) {
      store.pin(anna.address(), pin(oldest, "request-1", null));
    }
    Files.move(kept("snapshots/2026-11-18"), kept("snapshots/.~2026-11-18"));
    assertThat(expire().expired()).containsExactly(new SnapshotName("2026-11-19"));
    assertThat(files("snapshots")).contains("2026-11-18");
  }

  @Test
  void whatIsNotThereCannotBePinned() throws IOException {
    liveThroughFiveDays();
    try (Store store = Store.open(storePath)) {
      assertThatThrownBy(
              () -> store.pin(anna.address(), pin(new SnapshotName("2026-11-01"), "x", null)))
          .hasMessageContaining("no snapshot 2026-11-01");
      assertThat(store.pins(anna.address())).isEmpty();
    }
  }

  private static Pin pin(SnapshotName snapshot, String id, @Nullable LocalDate until) {
    return new Pin(
        snapshot, id, "the panel", "a request", Instant.EPOCH, Optional.ofNullable(until));
  }

  @Test
  void aDryRunSaysWhatWouldGoAndChangesNothing() throws IOException {
    liveThroughFiveDays();
    Expiry.Outcome dry = expire(TODAY, Expiry.Option.DRY_RUN);
    assertThat(files("snapshots")).hasSize(5);
    assertThat(files("pool")).hasSize(6);
    assertThat(runs()).hasSize(5);
    assertThat(expire()).isEqualTo(dry);
  }

  @Test
  void aDryRunCountsWhatAKilledExpiryHasBegun() throws IOException {
    liveThroughFiveDays();
    recordAsExpired("2026-11-18", "2026-11-19");
    Files.delete(kept("snapshots/2026-11-18"));
    Files.move(kept("snapshots/2026-11-19"), kept("snapshots/.~2026-11-19"));
    Expiry.Outcome planned = expire(TODAY, Expiry.Option.DRY_RUN);
    assertThat(planned.messages()).isEqualTo(2);
    assertThat(kept("snapshots/.~2026-11-19")).exists();
    assertThat(expire()).isEqualTo(planned);
  }

  @Test
  void aDryRunLeavesWhatAPinKeepsThatCameMeanwhile() throws IOException {
    liveThroughFiveDays();
    try (Store store = Store.open(storePath)) {
      store.pin(anna.address(), pin(new SnapshotName("2026-11-19"), "request-1", null));
    }
    Files.move(kept("snapshots/2026-11-19"), kept("snapshots/.~2026-11-19"));
    Expiry.Outcome planned = expire(TODAY, Expiry.Option.DRY_RUN);
    assertThat(planned.messages()).isEqualTo(1);
    assertThat(expire()).isEqualTo(planned);
    assertThat(files("pool")).contains("of-day-3");
  }

  @Test
  void nothingStaysOfAMailboxThatIsGoneWithItsLastDay() throws IOException {
    MailboxFixture bob = new MailboxFixture(root.resolve("mail"), "other.test", "bob");
    bob.message("cur", "1.b:2,S");
    take(4);
    try (Store store = Store.open(storePath)) {
      store.recordDigests(bob.address(), Map.of("1.b", "0".repeat(64)));
      store.pin(
          bob.address(), pin(SnapshotName.nightly(TODAY.minusDays(4)), "over", TODAY.minusDays(1)));
    }
    Path gone = bob.path().resolveSibling("gone");
    Files.move(bob.path(), gone);
    Files.move(gone.getParent(), root.resolve("elsewhere"));
    for (int ago = 3; ago >= 0; ago--) {
      take(ago);
    }
    assertThat(storePath.resolve("other.test/bob")).exists();
    expire();
    assertThat(storePath.resolve("other.test")).doesNotExist();
    assertThat(storePath.resolve("example.test/anna")).exists();
    assertSound();
    Files.move(root.resolve("elsewhere"), gone.getParent());
    Files.move(gone, bob.path());
    take(-1);
    assertThat(storePath.resolve("other.test/bob/pool/1.b")).exists();
  }

  @Test
  void forceGoesByTheDateAloneAndLeavesTheNewest() throws IOException {
    liveThroughFiveDays();
    LocalDate nextYear = TODAY.plusYears(1);
    assertThat(expire(nextYear).expired()).isEmpty();
    assertThat(expire(nextYear, Expiry.Option.FORCE).expired()).hasSize(4);
    assertThat(files("snapshots")).containsExactly("2026-11-22");
    assertSound();
  }

  @Test
  void readersSeeThatSomethingExpired() throws IOException {
    liveThroughFiveDays();
    try (Store store = Store.open(storePath)) {
      String version = store.version();
      expire();
      assertThat(store.version()).isNotEqualTo(version);
    }
  }

  @Test
  void nothingOfAMailboxIsRemovedWhereOneOfItsListingsCannotBeRead() throws IOException {
    MailboxFixture bruno = new MailboxFixture(root.resolve("mail"), "bruno");
    bruno.message("cur", "stays:2,S");
    liveThroughFiveDays();
    try (Store store = Store.open(storePath)) {
      String listing =
          store
              .manifest(anna.address(), new SnapshotName("2026-11-21"))
              .folders()
              .getFirst()
              .listing();
      Files.write(storePath.resolve("example.test/anna/listings/" + listing + ".gz"), new byte[9]);
    }
    Expiry.Outcome outcome = expire();
    assertThat(outcome.problems())
        .singleElement()
        .asString()
        .contains("anna@example.test")
        .contains("damaged");
    assertThat(outcome.ofMailboxes()).doesNotContainKey(anna.address());
    assertThat(files("snapshots")).hasSize(5);
    assertThat(files("pool")).hasSize(6);
  }

  @Test
  void nothingOfAMailboxIsRemovedWhereOneOfItsManifestsCannotBeRead() throws IOException {
    liveThroughFiveDays();
    Files.write(kept("snapshots/2026-11-21"), new byte[9]);
    Expiry.Outcome outcome = expire();
    assertThat(outcome.problems()).singleElement().asString().contains("damaged");
    assertThat(files("snapshots")).hasSize(5);
  }

  @Test
  void aSnapshotOfOneMailboxByHandTakesNoDayFromTheOthers() throws IOException {
    MailboxFixture bruno = new MailboxFixture(root.resolve("mail"), "bruno");
    bruno.message("cur", "stays:2,S");
    take(10);
    try (SnapshotEngine engine =
        SnapshotEngine.open(root.resolve("mail"), storePath, Clock.systemUTC())) {
      for (int ago = 3; ago >= 0; ago--) {
        engine.take(
            SnapshotName.nightly(TODAY.minusDays(ago)), Set.of(anna.address()), TakeProgress.NONE);
      }
    }
    assertThat(expire().expired()).isEmpty();
  }

  @Test
  void digestsOfMessagesThatWentAreForgotten() throws IOException {
    liveThroughFiveDays();
    String digest = "0".repeat(64);
    try (Store store = Store.open(storePath)) {
      store.recordDigests(anna.address(), Map.of("stays", digest, "of-day-4", digest));
      store.recordDigests(anna.address(), Map.of("stays", "1".repeat(64)));
      expire();
      assertThat(store.digests(anna.address())).containsExactly(Map.entry("stays", digest));
    }
  }

  private Path kept(String path) {
    return storePath.resolve("example.test/anna").resolve(path);
  }

  private List<String> files(String part) throws IOException {
    try (Stream<Path> files = Files.list(kept(part))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private List<String> runs() throws IOException {
    try (Store store = Store.open(storePath)) {
      return store.visible().stream().map(SnapshotName::text).toList();
    }
  }
}
