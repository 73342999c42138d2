package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.posix.FreeSpace;
import org.mailtimemachine.snapshot.StoreCondition.Symptom;
import org.mailtimemachine.snapshot.StoreCondition.Trouble;

class StoreConditionTest {

  private static final FreeSpace ROOM = new FreeSpace(1L << 40, 1L << 39, 0, 0);

  @TempDir Path root;

  private void take(String date) throws IOException {
    Clock midnight = Clock.fixed(Instant.parse(date + "T00:00:00Z"), ZoneOffset.UTC);
    try (SnapshotEngine engine =
        SnapshotEngine.open(root.resolve("mail"), root.resolve("store"), midnight)) {
      engine.take(new SnapshotName(date), TakeProgress.NONE);
    }
  }

  private StoreCondition at(String moment) throws IOException {
    return StoreCondition.of(
        root.resolve("store"), Clock.fixed(Instant.parse(moment), ZoneOffset.UTC));
  }

  private List<Trouble> troubles(String moment) throws IOException {
    return at(moment).symptoms(Instant.parse(moment)).stream().map(Symptom::trouble).toList();
  }

  @Test
  void theLastNightIsMissedAfterTwentySixHours() throws IOException {
    new MailboxFixture(root.resolve("mail"), "anna").message("cur", "1.a:2,S");
    take("2026-11-22");
    assertThat(troubles("2026-11-23T02:00:00Z")).isEmpty();
    assertThat(troubles("2026-11-23T02:00:01Z")).containsExactly(Trouble.NIGHT_MISSED);
    assertThat(troubles("2026-11-21T23:59:59Z")).containsExactly(Trouble.CLOCK);
  }

  @Test
  void aNightThatGoesOnIsNotMissed() throws IOException {
    new MailboxFixture(root.resolve("mail"), "anna").message("cur", "1.a:2,S");
    take("2026-11-20");
    Instant now = Instant.parse("2026-11-22T12:00:00Z");
    StoreCondition quiet = at(now.toString());
    assertThat(quiet.symptoms(now))
        .extracting(Symptom::trouble)
        .containsExactly(Trouble.NIGHT_MISSED);
    SnapshotName night = new SnapshotName("2026-11-22");
    assertThat(during(quiet, night, now).symptoms(now)).isEmpty();
    assertThat(during(quiet, night, now.minus(Duration.ofHours(24))).symptoms(now))
        .as("it hangs")
        .extracting(Symptom::trouble)
        .containsExactly(Trouble.NIGHT_MISSED);
    assertThat(during(quiet, new SnapshotName("2026-11-22T1200"), now).symptoms(now))
        .as("a take by hand is no night")
        .extracting(Symptom::trouble)
        .containsExactly(Trouble.NIGHT_MISSED);
  }

  private static StoreCondition during(
      StoreCondition condition, SnapshotName take, Instant started) {
    return new StoreCondition(
        condition.path(),
        condition.nights(),
        condition.lastNight(),
        condition.unreadable(),
        Optional.of(new UnfinishedRun(take, started, 1, 2, true)),
        condition.lastCheck(),
        condition.space());
  }

  @Test
  void nightsThatAreNotThereAreCountedAsFarBackAsTheyWouldBeKept() throws IOException {
    new MailboxFixture(root.resolve("mail"), "anna").message("cur", "1.a:2,S");
    for (String date : List.of("2026-11-01", "2026-11-18", "2026-11-20", "2026-11-22")) {
      take(date);
    }
    StoreCondition condition = at("2026-11-22T12:00:00Z");
    LocalDate today = LocalDate.parse("2026-11-22");
    assertThat(condition.missed(today, 4)).as("19, 21").isEqualTo(2);
    assertThat(condition.missed(today, 15)).as("7 to 17, too").isEqualTo(13);
    assertThat(condition.missed(today, 400)).as("none before the first").isEqualTo(18);
    assertThat(condition.missed(LocalDate.parse("2026-11-01"), 15)).isZero();
  }

  @Test
  void aRecordThatCannotBeReadAndMailboxesThatFailedAreTold() throws IOException {
    new MailboxFixture(root.resolve("mail"), "anna").message("cur", "1.a:2,S");
    new MailboxFixture(root.resolve("mail"), "format", "anna"); // a domain that no store can keep
    take("2026-11-22");
    Files.writeString(root.resolve("store/runs/2026-11-21"), "rot");
    StoreCondition condition = at("2026-11-22T12:00:00Z");
    assertThat(condition.symptoms(Instant.parse("2026-11-22T12:00:00Z")))
        .extracting(Symptom::trouble)
        .containsExactly(Trouble.RUN_RECORD, Trouble.MAILBOXES_FAILED);
    assertThat(condition.lastNight()).get().extracting(Run::mailboxes).isEqualTo(1L);
    assertThat(condition.goingOn()).isEmpty();
  }

  @Test
  void aCheckThatFoundDamageIsTold() throws IOException {
    new MailboxFixture(root.resolve("mail"), "anna").message("cur", "1.a:2,S");
    take("2026-11-22");
    Clock noon = Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);
    try (Store store = Store.open(root.resolve("store"))) {
      new NightlyCheck(store, noon).run(CheckProgress.NONE);
    }
    assertThat(troubles("2026-11-22T13:00:00Z")).isEmpty();
    assertThat(at("2026-11-22T13:00:00Z").lastCheck()).isPresent();

    Path pool = root.resolve("store/example.test/anna/pool");
    try (Stream<Path> messages = Files.list(pool)) {
      Files.delete(messages.findFirst().orElseThrow());
    }
    try (Store store = Store.open(root.resolve("store"))) {
      new NightlyCheck(store, noon).run(CheckProgress.NONE);
    }
    assertThat(troubles("2026-11-22T13:00:00Z")).containsExactly(Trouble.DAMAGED);
  }

  @Test
  void aFileSystemThatATakeWouldNotUseIsFull() {
    assertThat(full(new FreeSpace(1L << 40, 1L << 30, 0, 0))).isEmpty();
    assertThat(full(new FreeSpace(1L << 30, 50L << 20, 1000, 49)))
        .containsExactly(Trouble.DISK_FULL, Trouble.INODES_FULL);
    assertThat(full(ROOM)).isEmpty();
  }

  private List<Trouble> full(FreeSpace space) {
    return new StoreCondition(
            root,
            Set.of(),
            Optional.empty(),
            new TreeMap<>(),
            Optional.empty(),
            Optional.empty(),
            space)
        .symptoms(Instant.EPOCH).stream()
            .map(Symptom::trouble)
            .filter(trouble -> trouble != Trouble.NO_NIGHT)
            .toList();
  }

  @Test
  void whatIsNoStoreIsAnError() {
    assertThatThrownBy(() -> at("2026-11-22T12:00:00Z")).isInstanceOf(IOException.class);
  }
}
