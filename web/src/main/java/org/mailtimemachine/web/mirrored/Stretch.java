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

  /** How far the oldest Snapshot looks back, which has none before it. */
  private static final Duration BEFORE_THE_OLDEST = Duration.ofDays(1);

  /**
   * That of a day; empty where there is no such Snapshot, or none yet that can be looked at, and
   * for what came since where it is not the newest.
   *
   * @param snapshots in any order
   */
  static Optional<Stretch> of(
      List<SnapshotSummary> snapshots, SnapshotName day, MirroredFolder folder, Instant now) {
    return at(snapshots, day, now)
        .flatMap(
            at ->
                switch (folder) {
                  case CAME_AND_WENT -> Optional.of(new Stretch(at.before, at.taken));
                  case SINCE ->
                      at.newest ? Optional.of(new Stretch(at.taken, now)) : Optional.empty();
                });
  }

  /**
   * All that a page of that day can have shown, also one that was made before there was a newer
   * Snapshot.
   */
  static Optional<Stretch> around(List<SnapshotSummary> snapshots, SnapshotName day, Instant now) {
    return at(snapshots, day, now).map(at -> new Stretch(at.before, at.next));
  }

  private record At(Instant before, Instant taken, Instant next, boolean newest) {}

  private static Optional<At> at(List<SnapshotSummary> snapshots, SnapshotName day, Instant now) {
    List<SnapshotSummary> indexed =
        snapshots.stream()
            .filter(SnapshotSummary::indexed)
            .sorted(Comparator.comparing(SnapshotSummary::name))
            .toList();
    for (int i = 0; i < indexed.size(); i++) {
      if (indexed.get(i).name().equals(day)) {
        boolean newest = i == indexed.size() - 1;
        Instant taken = indexed.get(i).takenAt();
        return Optional.of(
            new At(
                i == 0 ? taken.minus(BEFORE_THE_OLDEST) : indexed.get(i - 1).takenAt(),
                newest ? taken.minus(ON_ITS_WAY) : taken,
                newest ? now : indexed.get(i + 1).takenAt(),
                newest));
      }
    }
    return Optional.empty();
  }

  /** Whether nothing can be in it, as between two Snapshots of one minute. */
  boolean isEmpty() {
    return !after.isBefore(until);
  }
}
