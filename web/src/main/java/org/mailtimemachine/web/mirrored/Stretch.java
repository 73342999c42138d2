package org.mailtimemachine.web.mirrored;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;

/**
 * The time in which what a day's view shows of a mirror arrived.
 *
 * @param after behind it
 * @param until at the latest
 */
record Stretch(Instant after, Instant until) {

  /**
   * What arrived so shortly before the newest Snapshot may not have been in the mailbox yet when it
   * was taken: only the next one tells.
   */
  static final Duration ON_ITS_WAY = Duration.ofMinutes(10);

  /**
   * So long without a Snapshot, and an address may be somebody else's by now: what came before the
   * first Snapshot behind such a gap, or before the very first one, is shown to nobody.
   */
  static final Duration LONGEST_GAP = Duration.ofDays(7);

  /**
   * That of a day; empty where there is no such Snapshot, or none yet that can be looked at, or one
   * of an earlier owner, and for what came since where it is not the newest.
   *
   * @param snapshots in any order
   */
  static Optional<Stretch> of(
      List<SnapshotSummary> snapshots, SnapshotName day, MirroredFolder folder, Instant now) {
    return at(snapshots, day)
        .flatMap(
            at ->
                switch (folder) {
                  case CAME_AND_WENT ->
                      Optional.of(new Stretch(at.before, at.newest ? at.border : at.taken));
                  case SINCE ->
                      at.newest ? Optional.of(new Stretch(at.border, now)) : Optional.empty();
                });
  }

  /**
   * All that a page of that day can have shown, also one that was made before there was a newer
   * Snapshot.
   */
  static Optional<Stretch> around(List<SnapshotSummary> snapshots, SnapshotName day, Instant now) {
    return at(snapshots, day)
        .map(at -> new Stretch(at.before.isBefore(at.border) ? at.before : at.border, now));
  }

  /**
   * Where a Snapshot stands among the others.
   *
   * @param before when the one before it was taken; itself, where it is the first
   * @param border of what may have been on its way, never before the first
   */
  private record At(Instant before, Instant border, Instant taken, boolean newest) {}

  private static Optional<At> at(List<SnapshotSummary> snapshots, SnapshotName day) {
    List<SnapshotSummary> indexed =
        snapshots.stream()
            .filter(SnapshotSummary::indexed)
            .sorted(Comparator.comparing(SnapshotSummary::name))
            .toList();
    int first = first(indexed);
    for (int i = first; i < indexed.size(); i++) {
      if (indexed.get(i).name().equals(day)) {
        Instant taken = indexed.get(i).takenAt();
        Instant border = taken.minus(ON_ITS_WAY);
        Instant start = indexed.get(first).takenAt();
        return Optional.of(
            new At(
                indexed.get(Math.max(first, i - 1)).takenAt(),
                border.isBefore(start) ? start : border,
                taken,
                i == indexed.size() - 1));
      }
    }
    return Optional.empty();
  }

  /** The first of those that were taken one after another until the newest. */
  private static int first(List<SnapshotSummary> indexed) {
    int first = Math.max(0, indexed.size() - 1);
    while (first > 0
        && !indexed
            .get(first - 1)
            .takenAt()
            .plus(LONGEST_GAP)
            .isBefore(indexed.get(first).takenAt())) {
      first--;
    }
    return first;
  }

  /** Whether nothing can be in it, as between two Snapshots of one minute. */
  boolean isEmpty() {
    return !after.isBefore(until);
  }
}
