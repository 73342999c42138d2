package org.mailtimemachine.snapshot;

import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.IsoFields;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.function.Function;

/**
 * How long the Snapshots of a Mailbox are kept: a pure function of dates. The reasons are in {@code
 * docs/adr/0008-retention.md}.
 *
 * @param days how many days before today are kept, at least 1
 * @param weekly of so many of the last ISO weeks that have one, the newest night is kept longer
 * @param monthly of so many of the last months that have one, the newest night is kept longer
 */
public record Retention(int days, int weekly, int monthly) {

  /** What the service promises its users. */
  public static final Retention DEFAULT = new Retention(15);

  public Retention {
    if (days < 1) {
      throw new IllegalArgumentException("retention must be at least 1 day: " + days);
    }
    if (weekly < 0 || monthly < 0) {
      throw new IllegalArgumentException(
          "weeks and months to keep must not be negative: " + weekly + ", " + monthly);
    }
  }

  /** Days only. */
  public Retention(int days) {
    this(days, 0, 0);
  }

  /**
   * Which Snapshots of one Mailbox expire: those whose time is {@link #over over}, as long as as
   * many newer nights as days are kept count for this Mailbox, and the nights go on: one of them
   * lies in the days just before today. So neither a clock that jumped nor a host that was off
   * takes anything away, and a Mailbox that cannot be taken loses nothing.
   *
   * @param today in the zone of the host
   * @param nights the dates that count for this Mailbox; later ones than today do not
   * @param all the names of its Snapshots
   */
  public List<SnapshotName> expired(
      LocalDate today, NavigableSet<LocalDate> nights, Collection<SnapshotName> all) {
    NavigableSet<LocalDate> past = nights.headSet(today, true);
    if (past.subSet(today.minusDays(days), true, today, false).isEmpty()) {
      return List.of();
    }
    return over(today, all).stream()
        .filter(name -> past.tailSet(name.date(), false).size() >= days)
        .toList();
  }

  /**
   * Which Snapshots of one Mailbox are older than what is kept, whatever came after them. Whoever
   * removes them by date alone believes the clock.
   */
  public List<SnapshotName> over(LocalDate today, Collection<SnapshotName> all) {
    Set<SnapshotName> longer = new HashSet<>();
    longer.addAll(newestOfEach(weekly, Retention::week, today, all));
    longer.addAll(newestOfEach(monthly, YearMonth::from, today, all));
    LocalDate oldest = today.minusDays(days);
    return all.stream()
        .filter(name -> name.date().isBefore(oldest) && !longer.contains(name))
        .sorted()
        .toList();
  }

  /** As restic keeps: periods without a Snapshot are not counted, so that none runs out. */
  private static <T> Set<SnapshotName> newestOfEach(
      int most, Function<LocalDate, T> period, LocalDate today, Collection<SnapshotName> all) {
    Set<T> periods = new HashSet<>();
    Set<SnapshotName> newest = new HashSet<>();
    List<SnapshotName> nights =
        all.stream()
            .filter(name -> name.nightly() && !name.date().isAfter(today))
            .sorted(Comparator.reverseOrder())
            .toList();
    for (SnapshotName name : nights) {
      if (periods.size() == most) {
        break;
      }
      if (periods.add(period.apply(name.date()))) {
        newest.add(name);
      }
    }
    return newest;
  }

  private static List<Integer> week(LocalDate date) {
    return List.of(
        date.get(IsoFields.WEEK_BASED_YEAR), date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
  }
}
