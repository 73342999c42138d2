package org.mailtimemachine.web.search;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Comparison;
import org.mailtimemachine.snapshot.catalogue.Comparison.Difference;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;

/**
 * What differs between the day that is looked at and another one. The messages listed are always
 * those of the former: what was added is looked at on the later day, what is gone on the earlier
 * one.
 */
public record Compared(SnapshotName other, What what) {

  /** What can have happened between the two days. */
  public enum What {
    ADDED(true, Difference.NOWHERE),
    GONE(false, Difference.NOWHERE),
    MOVED(false, Difference.ELSEWHERE),
    MARKED(true, Difference.MARKED);

    private final boolean onLater;
    private final Difference difference;

    What(boolean onLater, Difference difference) {
      this.onLater = onLater;
      this.difference = difference;
    }

    /** Whether it is seen on the later of the two days. */
    public boolean onLater() {
      return onLater;
    }
  }

  /**
   * Which messages of a day a list has, by how they differ from another day; empty where it has all
   * of them. The one place that decides it: what is listed, counted, downloaded and restored is the
   * same.
   *
   * @param gone whether only what has left its Folder since is wanted: of the newest day nothing
   *     has
   * @param compared what else is wanted, as an address says it
   * @param snapshots of the Mailbox
   */
  public static Optional<Comparison> comparison(
      boolean gone,
      Optional<Compared> compared,
      SnapshotName day,
      List<SnapshotSummary> snapshots) {
    return gone
        ? names(snapshots)
            .max(Comparator.naturalOrder())
            .map(newest -> new Comparison(newest, Difference.NOT_HERE))
        : compared
            .flatMap(with -> with.on(day, snapshots))
            .map(with -> new Comparison(with.other, with.what.difference));
  }

  /**
   * What it means on a day: what came can only be listed on the later day, and what went on the
   * earlier one. Empty where the other day is the same, or is not kept any more.
   */
  public Optional<Compared> on(SnapshotName day, List<SnapshotSummary> snapshots) {
    if (other.equals(day) || names(snapshots).noneMatch(other::equals)) {
      return Optional.empty();
    }
    boolean nowhere = what.difference == Difference.NOWHERE;
    What onDay = other.compareTo(day) < 0 ? What.ADDED : What.GONE;
    return Optional.of(nowhere ? new Compared(other, onDay) : this);
  }

  private static Stream<SnapshotName> names(List<SnapshotSummary> snapshots) {
    return snapshots.stream().filter(SnapshotSummary::indexed).map(SnapshotSummary::name);
  }

  /** Whether an address asks for what is gone since: {@code show} without {@code compare}. */
  public static boolean gone(Map<String, String> parameters) {
    return "gone".equals(parameters.get("show")) && of(parameters).isEmpty();
  }

  /** Reads the parameters of an address: {@code compare} and {@code show}. */
  public static Optional<Compared> of(Map<String, String> parameters) {
    return Optional.ofNullable(parameters.get("compare"))
        .flatMap(SnapshotName::parse)
        .map(other -> new Compared(other, what(parameters.getOrDefault("show", ""))));
  }

  private static What what(String word) {
    for (What what : What.values()) {
      if (Search.word(what).equals(word)) {
        return what;
      }
    }
    return What.GONE;
  }
}
