package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
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
    try (Store store = Store.open(storePath)) {
      return new Expiry(store).run(TWO_DAYS, TODAY);
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
  void anExpiryThatWasKilledIsFinishedByTheNextOne() throws IOException {
    liveThroughFiveDays();
    // Killed after the run records were removed, with one of two manifests gone.
    Files.delete(storePath.resolve("runs/2026-11-18"));
    Files.delete(storePath.resolve("runs/2026-11-19"));
    Files.delete(storePath.resolve("example.test/anna/snapshots/2026-11-18"));
    assertThat(expire().messages()).isEqualTo(2);
    assertThat(files("pool")).hasSize(4);
  }

  @Test
  void anExpiryThatWasKilledAfterTheManifestsIsFinishedByTheNextOne() throws IOException {
    liveThroughFiveDays();
    for (String day : List.of("2026-11-18", "2026-11-19")) {
      Files.delete(storePath.resolve("runs").resolve(day));
      Files.delete(storePath.resolve("example.test/anna/snapshots").resolve(day));
    }
    assertThat(expire().messages()).isEqualTo(2);
    assertThat(files("pool")).hasSize(4);
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
    assertThat(outcome.expired()).hasSize(2);
    assertThat(files("pool")).hasSize(6);
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

  private List<String> files(String part) throws IOException {
    try (Stream<Path> files = Files.list(storePath.resolve("example.test/anna").resolve(part))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
