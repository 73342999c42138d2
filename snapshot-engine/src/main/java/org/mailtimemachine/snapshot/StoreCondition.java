package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FreeSpace;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;

/**
 * How it stands with a Store: what doctor, health and figures of a host have in common. It comes
 * from the records of takes and checks and from the file system, never from Mailboxes, and so costs
 * the same however much mail there is.
 *
 * @param path of the Store
 * @param nights dates of which there is a nightly take of all Mailboxes
 * @param lastNight the newest of these
 * @param unreadable why the record of a take cannot be read, by name
 * @param goingOn a take that goes on now
 * @param lastCheck the newest nightly check
 * @param space of its file system
 */
public record StoreCondition(
    Path path,
    Set<LocalDate> nights,
    Optional<Run> lastNight,
    SortedMap<SnapshotName, String> unreadable,
    Optional<UnfinishedRun> goingOn,
    Optional<CheckRecord> lastCheck,
    FreeSpace space) {

  /** A night begins at midnight, takes a while, and is tried again where it failed. */
  private static final Duration NIGHT_AT_LATEST = Duration.ofHours(26);

  /** One that is at it for longer than this hangs, and the next one cannot begin. */
  private static final Duration LONGEST_NIGHT = Duration.ofHours(24);

  private static final int MOST_NAMED = 5;

  public StoreCondition {
    nights = Collections.unmodifiableSet(new TreeSet<>(nights));
    unreadable = Collections.unmodifiableSortedMap(new TreeMap<>(unreadable));
  }

  /** What can be wrong. */
  public enum Trouble {
    /** What the record of a take says is lost; its Snapshots are there. */
    RUN_RECORD,
    /** No night was ever taken. */
    NO_NIGHT,
    /** The last night lies in the future. */
    CLOCK,
    /** The last night is longer ago than a night may be late. */
    NIGHT_MISSED,
    /** The last night lacks Mailboxes. */
    MAILBOXES_FAILED,
    /** The last night has warnings. */
    NIGHT_WARNINGS,
    /** The last check has found damage. */
    DAMAGED,
    /** A take would stop, as the last blocks belong to the delivery of mail. */
    DISK_FULL,
    /** The same of inodes. */
    INODES_FULL
  }

  /**
   * Something that is wrong.
   *
   * @param what as a sentence for an administrator; it may name Mailboxes
   * @param why it matters, or is so
   */
  public record Symptom(Trouble trouble, String what, String why) {}

  /**
   * Looks at a Store.
   *
   * @param clock in the zone of the host
   * @throws IOException where there is none, or it cannot be read
   */
  public static StoreCondition of(Path path, Clock clock) throws IOException {
    try (Store store = Store.open(path);
        DirectoryHandle handle = DirectoryHandle.open(path)) {
      List<Run> nights = new ArrayList<>();
      SortedMap<SnapshotName, String> unreadable = new TreeMap<>();
      for (SnapshotName name : store.visible()) {
        try {
          store.run(name).filter(run -> name.nightly() && run.all()).ifPresent(nights::add);
        } catch (DamagedFileException e) {
          unreadable.put(name, String.valueOf(e.getMessage()));
        }
      }
      LocalDate today = LocalDate.ofInstant(clock.instant(), clock.getZone());
      return new StoreCondition(
          path,
          nights.stream().map(run -> run.name().date()).collect(Collectors.toSet()),
          nights.stream().max(Comparator.comparing(Run::started)),
          unreadable,
          store.unfinished().stream().filter(UnfinishedRun::alive).findFirst(),
          store.lastCheck(today),
          handle.freeSpace());
    }
  }

  /**
   * How many dates lack their night: of those before today and after the first night that is there.
   *
   * @param days how many before today are looked at; older nights expire
   */
  public long missed(LocalDate today, int days) {
    Optional<LocalDate> first = nights.stream().min(Comparator.naturalOrder());
    if (first.isEmpty()) {
      return 0;
    }
    LocalDate from = today.minusDays(days);
    return (from.isAfter(first.get()) ? from : first.get())
        .datesUntil(today.isAfter(first.get()) ? today : first.get())
        .filter(date -> !nights.contains(date))
        .count();
  }

  /** All that is wrong at a moment. */
  public List<Symptom> symptoms(Instant now) {
    List<Symptom> found = new ArrayList<>();
    unreadable.forEach(
        (name, why) ->
            found.add(
                new Symptom(Trouble.RUN_RECORD, "the record of " + name + " cannot be read", why)));
    lastNight.ifPresentOrElse(
        run -> {
          found.addAll(late(run, now));
          found.addAll(incomplete(run));
        },
        () ->
            found.add(
                new Symptom(
                    Trouble.NO_NIGHT, "no night has been taken into " + path, "users see no day")));
    lastCheck
        .filter(check -> check.findings() > 0)
        .ifPresent(
            check ->
                found.add(
                    new Symptom(
                        Trouble.DAMAGED,
                        "the check of %s found %s"
                            .formatted(
                                check.date(), Sentences.count(check.findings(), "damaged thing")),
                        check.outcome().findings().stream()
                            .findFirst()
                            .map(Finding::what)
                            .orElse("what is damaged cannot be restored"))));
    found.addAll(full());
    return found;
  }

  private List<Symptom> late(Run run, Instant now) {
    if (run.started().isAfter(now)) {
      return List.of(
          new Symptom(
              Trouble.CLOCK,
              "the night %s was taken at %s, and this machine says it is %s"
                  .formatted(run.name(), run.started(), now),
              "the clock is or was wrong: days are named wrongly, and a date is taken only once"));
    }
    if (Duration.between(run.started(), now).compareTo(NIGHT_AT_LATEST) > 0
        && goingOn.filter(take -> isNightOf(take, now)).isEmpty()) {
      return List.of(
          new Symptom(
              Trouble.NIGHT_MISSED,
              "the last night is %s, taken at %s".formatted(run.name(), run.started()),
              "what was deleted since then is in no snapshot"));
    }
    return List.of();
  }

  private static boolean isNightOf(UnfinishedRun take, Instant now) {
    return take.alive()
        && take.name().nightly()
        && Duration.between(take.started(), now).compareTo(LONGEST_NIGHT) < 0;
  }

  private static List<Symptom> incomplete(Run run) {
    List<Symptom> found = new ArrayList<>();
    if (!run.failed().isEmpty()) {
      found.add(
          new Symptom(
              Trouble.MAILBOXES_FAILED,
              "the night %s has no snapshot of %s"
                  .formatted(run.name(), named(run.failed().keySet())),
              run.failed().firstEntry().getKey() + ": " + run.failed().firstEntry().getValue()));
    }
    if (!run.warnings().isEmpty()) {
      found.add(
          new Symptom(
              Trouble.NIGHT_WARNINGS,
              "the night %s has warnings".formatted(run.name()),
              String.join("; ", Sentences.summary(run.warnings()))));
    }
    return found;
  }

  private static String named(Collection<String> all) {
    String first = all.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    return all.size() > MOST_NAMED
        ? "%s and %d more".formatted(first, all.size() - MOST_NAMED)
        : first;
  }

  /** Under the same limits as a take stops at. */
  private List<Symptom> full() {
    String why =
        "a night stops where less than a twentieth is left (1 GiB and 100,000 inodes at most), so"
            + " that mail can still be delivered";
    List<Symptom> found = new ArrayList<>();
    if (space.availableBytes() < Reserve.bytes(space)) {
      found.add(
          new Symptom(
              Trouble.DISK_FULL,
              String.format(
                  Locale.ROOT,
                  "the file system of %s has %,d MiB left",
                  path,
                  space.availableBytes() >> 20),
              why));
    }
    if (space.availableInodes() < Reserve.inodes(space)) {
      found.add(
          new Symptom(
              Trouble.INODES_FULL,
              String.format(
                  Locale.ROOT,
                  "the file system of %s has %,d inodes left",
                  path,
                  space.availableInodes()),
              why));
    }
    return found;
  }
}
