package org.mailtimemachine.admin.nights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.snapshot.CheckRecord;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.TakeProgress;

/** Nights of a real host, by a clock that the test moves. */
class NightsTest {

  private static final ZoneId ROME = ZoneId.of("Europe/Rome");
  private static final LocalDate D22 = LocalDate.of(2026, 11, 22);

  @TempDir Path root;
  private final MovedClock clock = new MovedClock(ROME);
  private Map<String, String> settings;
  private Path store;
  private Nights nights;

  @BeforeEach
  void host() throws IOException {
    mailbox("anna");
    store = root.resolve("store");
    settings = new HashMap<>();
    settings.put("mtm.store", store.toString());
    settings.put("mtm.maildirs", root.resolve("mail").toString());
    settings.put("mtm.zone", "Europe/Rome");
    clock.now = D22.atStartOfDay(ROME).toInstant();
    restart();
  }

  private void restart() {
    nights =
        new Nights(
            NightSettings.of(name -> Optional.ofNullable(settings.get(name))).host().orElseThrow(),
            clock);
  }

  private void mailbox(String name) throws IOException {
    Files.createDirectories(root.resolve("mail/example.test").resolve(name).resolve("cur"));
    Files.createDirectories(root.resolve("mail/example.test").resolve(name).resolve("new"));
  }

  private List<Run> runs() throws IOException {
    try (Store opened = Store.open(store)) {
      return opened.runs();
    }
  }

  private List<String> names() throws IOException {
    return runs().stream().map(run -> run.name().text()).toList();
  }

  @Test
  void oneSnapshotADateHoweverOftenOneLooks() throws IOException {
    for (int hour = 0; hour < 48; hour++) {
      nights.look();
      if (hour % 5 == 0) {
        restart();
      }
      clock.now = clock.now.plus(Duration.ofHours(1));
    }
    assertThat(names()).containsExactly("2026-11-22", "2026-11-23");
    assertThat(runs()).allMatch(run -> run.all() && run.complete());
  }

  @Test
  void aMidnightThatWasMissedIsCaughtUpWithItsTrueTime() throws IOException {
    nights.look();
    clock.now = Instant.parse("2026-11-26T08:14:00Z"); // after four days off
    restart();
    nights.look();
    assertThat(names()).containsExactly("2026-11-22", "2026-11-26");
    assertThat(runs().getLast().started()).isEqualTo(Instant.parse("2026-11-26T08:14:00Z"));
  }

  @Test
  void aNightThatFailedIsTriedAgainUntilItsDayIsOver() throws IOException {
    Path users = root.resolve("users");
    settings.put("mtm.mailboxes.passwd-file", users.toString());
    restart();
    assertThat(nights.look()).isTrue();
    assertThat(nights.status().failure()).contains(users.toString());
    clock.now = clock.now.plus(Duration.ofMinutes(14));
    assertThat(nights.look()).isFalse();
    clock.now = clock.now.plus(Duration.ofMinutes(1));
    assertThat(nights.look()).isTrue();
    Files.writeString(
        users, "anna@example.test:x::::%s::\n".formatted(root + "/mail/example.test"));
    clock.now = clock.now.plus(Duration.ofMinutes(30));
    nights.look();
    assertThat(nights.status().failure()).contains("no mailbox found"); // a wrong home
    Files.writeString(
        users,
        "anna@example.test:x::::::userdb_mail=maildir:%s/mail/example.test/anna\n".formatted(root));
    clock.now = clock.now.plus(Duration.ofMinutes(60));
    nights.look();
    assertThat(nights.status().failure()).isEmpty();
    assertThat(names()).containsExactly("2026-11-22");
    assertThat(nights.look()).isFalse();
  }

  @Test
  void anIncompleteNightIsCompletedLater() throws IOException {
    Path bob = root.resolve("mail/example.test/bob");
    Files.createDirectories(bob);
    Files.createSymbolicLink(bob.resolve("Maildir"), root.resolve("mail/example.test/anna"));
    nights.look();
    assertThat(runs().getFirst().failed()).containsOnlyKeys("bob@example.test");
    assertThat(nights.look()).isFalse();
    Files.delete(bob.resolve("Maildir"));
    Files.createDirectories(bob.resolve("Maildir/cur"));
    Files.createDirectories(bob.resolve("Maildir/new"));
    clock.now = clock.now.plus(Duration.ofMinutes(15));
    nights.look();
    assertThat(runs()).singleElement().matches(run -> run.complete() && run.mailboxes() == 2);
  }

  @Test
  void aTakeOfATimerAtTheSameTimeIsNoFailure() throws Exception {
    mailbox("bob");
    CountDownLatch taking = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Thread timer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (SnapshotEngine engine =
                      SnapshotEngine.open(root.resolve("mail"), store, clock)) {
                    engine.take(
                        SnapshotName.nightly(D22),
                        (mailbox, done, total) -> {
                          taking.countDown();
                          try {
                            goOn.await(20, TimeUnit.SECONDS);
                          } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                          }
                        });
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
    assertThat(taking.await(20, TimeUnit.SECONDS)).isTrue();
    nights.look();
    assertThat(nights.status().failure()).isEmpty();
    assertThat(nights.status().goingOn()).isPresent();
    assertThatThrownBy(nights::takeNow).hasMessageContaining("another take");
    goOn.countDown();
    timer.join();
    assertThat(nights.look()).isFalse(); // done, by somebody else
    assertThat(names()).containsExactly("2026-11-22");
  }

  @Test
  void nightsThatATimerTakesFirstExpireAllTheSame() throws IOException {
    settings.put("mtm.retention.days", "1");
    restart();
    for (int day = 0; day < 4; day++) {
      byTimer();
      assertThat(nights.look()).isFalse();
      clock.now = clock.now.plus(Duration.ofDays(1));
    }
    assertThat(names()).containsExactly("2026-11-24", "2026-11-25");
  }

  @Test
  void anExpiryThatFailsIsTriedAgainAfterTheSamePauses() throws IOException {
    settings.put("mtm.retention.days", "1");
    restart();
    for (int day = 0; day < 2; day++) {
      nights.look();
      clock.now = clock.now.plus(Duration.ofDays(1));
    }
    Path inTheWay = Files.createDirectory(store.resolve("runs/.2026-11-22.new"));
    assertThat(nights.look()).isTrue();
    assertThat(nights.status().failure()).contains("2026-11-22.new");
    Files.delete(inTheWay);
    clock.now = clock.now.plus(Duration.ofMinutes(14));
    nights.look();
    assertThat(names()).containsExactly("2026-11-22", "2026-11-23", "2026-11-24");
    clock.now = clock.now.plus(Duration.ofMinutes(1));
    assertThat(nights.look()).isFalse(); // the night itself is complete
    assertThat(names()).containsExactly("2026-11-23", "2026-11-24");
    assertThat(nights.status().failure()).isEmpty();
  }

  private void byTimer() throws IOException {
    try (SnapshotEngine engine = SnapshotEngine.open(root.resolve("mail"), store, clock)) {
      engine.take(
          SnapshotName.nightly(LocalDate.ofInstant(clock.instant(), ROME)), TakeProgress.NONE);
    }
  }

  @Test
  void aNightThatIsStoppedHalfwayIsTakenByTheNextStart() throws Exception {
    for (int i = 0; i < 200; i++) {
      mailbox("user" + i);
    }
    Thread night = Thread.ofPlatform().start(nights::look);
    Path mark = store.resolve("runs/.2026-11-22");
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (Files.notExists(mark) && night.isAlive() && System.nanoTime() < end) {
      Thread.sleep(1);
    }
    night.interrupt();
    night.join();
    assertThat(nights.awaitQuiet(Duration.ofSeconds(1))).isTrue();
    restart();
    nights.look();
    assertThat(runs()).singleElement().matches(run -> run.complete() && run.mailboxes() == 201);
  }

  @Test
  void oneByHandIsNamedByTheTime() throws IOException {
    clock.now = Instant.parse("2026-11-22T14:30:00Z");
    nights.takeNow();
    assertThat(names()).containsExactly("2026-11-22T1530");
    nights.look();
    assertThat(names()).containsExactly("2026-11-22", "2026-11-22T1530");
  }

  @Test
  void aNightThatWasTakenUnderAClockThatWasAheadIsMadeUpForOnce() throws IOException {
    clock.now = D22.plusDays(1).atTime(4, 0).atZone(ROME).toInstant(); // it is six in the evening
    nights.look();
    assertThat(names()).containsExactly("2026-11-23");
    clock.now = D22.atTime(18, 5).atZone(ROME).toInstant();
    nights.look();
    clock.now = D22.plusDays(1).atStartOfDay(ROME).toInstant();
    nights.look();
    nights.look();
    assertThat(names()).containsExactly("2026-11-22", "2026-11-23", "2026-11-23T0000");
  }

  @Test
  void aDamagedRecordOfACheckEndsNoCheck() throws IOException {
    nights.look();
    new NightCheck(store, clock).look();
    Files.writeString(store.resolve("checks").resolve(D22.toString()), "torn");
    clock.now = D22.plusDays(1).atStartOfDay(ROME).toInstant();
    nights.look();
    new NightCheck(store, clock).look();
    assertThat(lastCheck().orElseThrow().date()).isEqualTo(D22.plusDays(1));
  }

  @Test
  void theStoreIsCheckedOnceAfterEachNightAndNotBefore() throws IOException {
    NightCheck check = new NightCheck(store, clock);
    check.look();
    assertThat(store).doesNotExist();

    nights.look();
    check.look();
    assertThat(lastCheck()).hasValueSatisfying(last -> assertThat(last.date()).isEqualTo(D22));
    Instant first = lastCheck().orElseThrow().started();

    clock.now = clock.now.plus(Duration.ofHours(5));
    check.look();
    new NightCheck(store, clock).look();
    assertThat(lastCheck().orElseThrow().started()).isEqualTo(first);

    clock.now = D22.plusDays(1).atStartOfDay(ROME).toInstant();
    check.look();
    assertThat(lastCheck().orElseThrow().date()).isEqualTo(D22);
    nights.look();
    check.look();
    assertThat(lastCheck().orElseThrow().date()).isEqualTo(D22.plusDays(1));
  }

  private Optional<CheckRecord> lastCheck() throws IOException {
    try (Store opened = Store.open(store)) {
      return opened.lastCheck(LocalDate.parse("2026-12-31"));
    }
  }

  @Test
  void settingsThatAreWrongAreNamed() {
    assertThatThrownBy(() -> settings("mtm.zone", "Europe/Rom")).hasMessageContaining("mtm.zone");
    assertThatThrownBy(() -> settings("mtm.nights", "no")).hasMessageContaining("mtm.nights");
    assertThatThrownBy(() -> settings("mtm.maildirs", "mail")).hasMessageContaining("mtm.maildirs");
    assertThatThrownBy(() -> settings("mtm.store.strategy", "magic"))
        .hasMessageContaining("mtm.store.strategy");
    assertThat(settings("mtm.nights", "off").host()).isEmpty();
    assertThat(NightSettings.of(name -> Optional.empty()).host()).isEmpty();
  }

  private NightSettings settings(String name, String value) {
    Map<String, String> wrong = new HashMap<>(settings);
    wrong.put(name, value);
    return NightSettings.of(key -> Optional.ofNullable(wrong.get(key)));
  }

  private static final class MovedClock extends Clock {
    private final ZoneId zone;
    private volatile Instant now = Instant.EPOCH;

    MovedClock(ZoneId zone) {
      this.zone = zone;
    }

    @Override
    public ZoneId getZone() {
      return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
      throw new UnsupportedOperationException("one zone");
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
