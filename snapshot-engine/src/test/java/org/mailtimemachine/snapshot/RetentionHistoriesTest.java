package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjuster;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * Random histories of a host: nights that fail, Mailboxes that fail or are removed, pins, clocks
 * that jump. {@code -Dmtm.test.histories=1000} lives through that many.
 */
class RetentionHistoriesTest {

  private static final int HISTORIES = Integer.getInteger("mtm.test.histories", 80);
  private static final int NIGHTS = 60;
  private static final int DAYS = 5;
  private static final MailboxAddress ANNA = new MailboxAddress("anna", "example.test");
  private static final MailboxAddress BRUNO = new MailboxAddress("bruno", "example.test");

  private final long seed = Long.getLong("mtm.test.seed", System.nanoTime());
  private final Random random = new Random(seed);

  /** What the host knows, without files. */
  private static final class Host {
    private final TreeMap<SnapshotName, Run> runs = new TreeMap<>();
    private final Map<MailboxAddress, TreeSet<SnapshotName>> snapshots = new TreeMap<>();
    private final Map<MailboxAddress, Set<SnapshotName>> pinned = new TreeMap<>();
    private final Set<MailboxAddress> present = new TreeSet<>(Set.of(ANNA, BRUNO));

    Host() {
      for (MailboxAddress mailbox : present) {
        snapshots.put(mailbox, new TreeSet<>());
        pinned.put(mailbox, new HashSet<>());
      }
    }

    void take(LocalDate date, Set<MailboxAddress> failing) {
      SnapshotName name = SnapshotName.nightly(date);
      if (runs.containsKey(name)) {
        return; // a date is taken once
      }
      TreeMap<String, String> failed = new TreeMap<>();
      long taken = 0;
      for (MailboxAddress mailbox : present) {
        if (failing.contains(mailbox)) {
          failed.put(mailbox.toString(), "failed");
        } else {
          its(mailbox).add(name);
          taken++;
        }
      }
      if (taken > 0) {
        runs.put(
            name,
            new Run(
                name, Instant.EPOCH, Instant.EPOCH, true, taken, 0, 0, 0, 0, 0, failed, List.of()));
      }
    }

    /** How many newer periods of the host's nights, without this Mailbox's failures, there are. */
    long newer(MailboxAddress mailbox, LocalDate date, LocalDate today, TemporalAdjuster period) {
      return runs.values().stream()
          .filter(run -> !run.failed().containsKey(mailbox.toString()))
          .map(run -> run.name().date())
          .filter(night -> !night.isAfter(today))
          .map(night -> night.with(period))
          .filter(first -> first.isAfter(date.with(period)))
          .distinct()
          .count();
    }

    NavigableSet<LocalDate> counting(MailboxAddress mailbox) {
      Map<SnapshotName, Long> manifests = manifests();
      return new CountingNights(records(manifests), manifests).of(mailbox, its(mailbox));
    }

    private Map<SnapshotName, Long> manifests() {
      Map<SnapshotName, Long> manifests = new TreeMap<>();
      snapshots
          .values()
          .forEach(names -> names.forEach(name -> manifests.merge(name, 1L, Long::sum)));
      return manifests;
    }

    /** What expired before was recorded so. */
    private List<Run> records(Map<SnapshotName, Long> manifests) {
      return runs.values().stream()
          .map(r -> r.withExpired(r.mailboxes() - manifests.getOrDefault(r.name(), 0L)))
          .toList();
    }

    NavigableSet<SnapshotName> its(MailboxAddress mailbox) {
      return snapshots.getOrDefault(mailbox, new TreeSet<>());
    }

    List<SnapshotName> expire(Retention retention, LocalDate today, MailboxAddress mailbox) {
      List<SnapshotName> over =
          new ArrayList<>(retention.expired(today, counting(mailbox), its(mailbox)));
      over.removeAll(pinned.getOrDefault(mailbox, Set.of()));
      its(mailbox).removeAll(over);
      return over;
    }
  }

  @Test
  void whateverHappensTheLastGoodDaysStayAndNothingStaysLongerThanPromised() {
    for (int history = 0; history < HISTORIES; history++) {
      live("seed " + seed + ", history " + history);
    }
  }

  private void live(String which) {
    Retention retention = new Retention(DAYS, random.nextInt(3), random.nextInt(2));
    Host host = new Host();
    LocalDate real = LocalDate.of(2026, 1, 1);
    boolean always = random.nextInt(4) == 0; // Bruno's Mailbox can never be taken again
    for (int night = 0; night < NIGHTS; night++) {
      real = real.plusDays(random.nextInt(12) == 0 ? random.nextInt(40) : 1);
      LocalDate today =
          switch (random.nextInt(25)) {
            case 0 -> real.plusDays(400);
            case 1 -> real.plusDays(1);
            case 2 -> real.minusDays(1);
            case 3 -> real.minusDays(400);
            default -> real;
          };
      if (random.nextInt(30) == 0) {
        host.present.remove(BRUNO);
      }
      Set<MailboxAddress> failing = new HashSet<>();
      if (random.nextInt(8) == 0) {
        failing.add(ANNA);
      }
      if ((always && night > 10) || random.nextInt(8) == 0) {
        failing.add(BRUNO);
      }
      if (random.nextInt(6) != 0) {
        host.take(today, failing);
      }
      for (MailboxAddress mailbox : List.of(ANNA, BRUNO)) {
        TreeSet<SnapshotName> before = new TreeSet<>(host.its(mailbox));
        if (!before.isEmpty() && random.nextInt(20) == 0) {
          host.pinned.get(mailbox).add(before.first());
        }
        List<SnapshotName> gone = host.expire(retention, today, mailbox);
        assertNothingLost(which, host, mailbox, before, gone, today);
        assertNothingKeptForEver(which, host, mailbox, retention, today);
      }
    }
  }

  private static void assertNothingLost(
      String which,
      Host host,
      MailboxAddress mailbox,
      NavigableSet<SnapshotName> before,
      List<SnapshotName> gone,
      LocalDate today) {
    if (gone.isEmpty()) {
      return;
    }
    assertThat(host.pinned.get(mailbox)).as(which).doesNotContainAnyElementsOf(gone);
    if (host.present.contains(mailbox)) {
      // As many newer ones of its own are there as the days that were promised.
      assertThat(host.its(mailbox).tailSet(gone.getLast(), false))
          .as(which)
          .hasSizeGreaterThanOrEqualTo(DAYS);
    }
    assertThat(gone)
        .as(which)
        .allSatisfy(name -> assertThat(name.date()).isBefore(today.minusDays(DAYS)));
    assertThat(before).as(which).containsAll(gone);
  }

  /** After enough nights that went well, only what was promised is left. */
  private static void assertNothingKeptForEver(
      String which, Host host, MailboxAddress mailbox, Retention retention, LocalDate today) {
    List<LocalDate> newest =
        host.runs.values().stream()
            .filter(
                run ->
                    host.its(mailbox).contains(run.name())
                        || !run.failed().containsKey(mailbox.toString()))
            .map(run -> run.name().date())
            .filter(date -> !date.isAfter(today))
            .sorted()
            .toList();
    if (newest.size() <= DAYS || newest.get(newest.size() - DAYS).isBefore(today.minusDays(DAYS))) {
      return;
    }
    if (!host.present.contains(mailbox)) {
      assertThat(host.its(mailbox))
          .as(which)
          .filteredOn(name -> !host.pinned.get(mailbox).contains(name))
          .allSatisfy(name -> assertThat(kept(host, mailbox, retention, today, name)).isTrue());
    }
    Set<SnapshotName> promised = new HashSet<>(host.its(mailbox));
    retention.over(today, host.counting(mailbox), host.its(mailbox)).forEach(promised::remove);
    promised.addAll(host.pinned.get(mailbox));
    assertThat(promised).as(which).containsAll(host.its(mailbox));
  }

  private static boolean kept(
      Host host, MailboxAddress mailbox, Retention retention, LocalDate today, SnapshotName name) {
    LocalDate date = name.date();
    return !date.isBefore(today.minusDays(DAYS))
        || host.newer(mailbox, date, today, TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
            < retention.weekly()
        || host.newer(mailbox, date, today, TemporalAdjusters.firstDayOfMonth())
            < retention.monthly();
  }

  @TempDir Path root;

  /** The same with files: what is in a Snapshot that stays can be read to its last byte. */
  @Test
  void whatStaysIsWhole() throws IOException {
    MailboxFixture anna = new MailboxFixture(root.resolve("mail"), "anna");
    MailboxFixture bruno = new MailboxFixture(root.resolve("mail"), "bruno");
    LocalDate today = LocalDate.of(2026, 1, 1);
    Path moved = root.resolve("moved away");
    for (int night = 0; night < 20; night++) {
      today = today.plusDays(1);
      anna.message("cur", night + ".new:2,");
      if (night > 2 && random.nextBoolean()) {
        Files.deleteIfExists(anna.path().resolve("cur/" + (night - 2) + ".new:2,"));
      }
      if (random.nextInt(4) == 0) {
        Path from = Files.exists(moved) ? moved : bruno.path();
        Files.move(from, from.equals(moved) ? bruno.path() : moved);
      }
      LocalDate clock = random.nextInt(10) == 0 ? today.plusDays(400) : today;
      try (SnapshotEngine engine =
          SnapshotEngine.open(
              root.resolve("mail"),
              root.resolve("store"),
              Clock.fixed(Instant.parse("2026-11-22T00:00:00Z"), ZoneOffset.UTC))) {
        engine.take(SnapshotName.nightly(clock), TakeProgress.NONE);
        Store store = engine.store();
        List<SnapshotName> its = store.snapshots(anna.address());
        if (random.nextInt(5) == 0) {
          store.pin(
              anna.address(),
              new Pin(
                  its.getFirst(),
                  "pin-" + night,
                  "test",
                  "test",
                  Instant.EPOCH,
                  Optional.of(today.plusDays(random.nextInt(6)))));
        }
        Expiry.Outcome outcome = new Expiry(store).run(new Retention(DAYS, 1, 0), clock);
        assertThat(outcome.problems()).as("seed %d", seed).isEmpty();
        assertThat(new SnapshotCheck(store).run().findings()).as("seed %d", seed).isEmpty();
        assertThat(store.snapshots(anna.address()))
            .as("seed %d", seed)
            .hasSizeGreaterThanOrEqualTo(Math.min(night + 1, DAYS))
            .contains(SnapshotName.nightly(clock));
      }
    }
  }
}
