package org.mailtimemachine.snapshot;

import java.time.LocalDate;
import java.util.List;
import java.util.TreeSet;

/**
 * How long Snapshots are kept: a pure function of dates.
 *
 * @param days how many days before today are kept, at least 1
 */
public record Retention(int days) {

  /** What the service promises its users. */
  public static final Retention DEFAULT = new Retention(15);

  public Retention {
    if (days < 1) {
      throw new IllegalArgumentException("retention must be at least 1 day: " + days);
    }
  }

  /**
   * Which Snapshots expire: those older than the days kept, as long as that many newer days with a
   * complete Snapshot exist. So a clock that jumped, or a host that was off for a month, takes
   * nothing away from anybody: a day goes only when newer ones have taken its place.
   *
   * @param today in the zone of the host
   * @param complete the names of complete runs
   * @param all the names of all runs
   */
  public List<SnapshotName> expired(
      LocalDate today, List<SnapshotName> complete, List<SnapshotName> all) {
    LocalDate oldest = today.minusDays(days);
    TreeSet<LocalDate> completeDays = new TreeSet<>();
    complete.forEach(name -> completeDays.add(name.date()));
    return all.stream()
        .filter(name -> name.date().isBefore(oldest))
        .filter(name -> completeDays.tailSet(name.date(), false).size() >= days)
        .toList();
  }
}
