package org.mailtimemachine.snapshot;

import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.IsoFields;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * How long the Snapshots of a Mailbox are kept: a pure function of dates. The reasons are in {@code
 * docs/adr/0008-retention.md}.
 *
 * @param days how many days before today are kept, at least 1
 * @param weekly of so many of the last ISO weeks that have a night, its newest is kept longer
 * @param monthly of so many of the last months that have a night, its newest is kept longer
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
    return over(today, nights, all).stream()
        .filter(name -> past.tailSet(name.date(), false).size() >= days)
        .toList();
  }

  /**
   * Which Snapshots of one Mailbox are older than what is kept, whether enough came after them or
   * not. Whoever removes them by date alone believes the clock.
   *
   * @param nights the dates that count for this Mailbox: weeks and months in which it was proven
   *     absent push out older ones, so that those of a removed Mailbox run out, too
   */
  public List<SnapshotName> over(
      LocalDate today, NavigableSet<LocalDate> nights, Collection<SnapshotName> all) {
    NavigableMap<LocalDate, SnapshotName> its = new TreeMap<>();
    NavigableSet<LocalDate> counted = new TreeSet<>(nights);
    // A date on which it was taken by hand only is no night, and not one of its absence either.
    all.forEach(name -> counted.remove(name.date()));
    all.stream().filter(SnapshotName::nightly).forEach(name -> its.put(name.date(), name));
    counted.addAll(its.keySet());
    counted.tailSet(today, false).clear();
    Set<SnapshotName> longer = new HashSet<>();
    longer.addAll(newestOfEach(weekly, Retention::week, counted, its));
    longer.addAll(newestOfEach(monthly, YearMonth::from, counted, its));
    LocalDate oldest = today.minusDays(days);
    return all.stream()
        .filter(name -> name.date().isBefore(oldest) && !longer.contains(name))
        .sorted()
        .toList();
  }

  /** As restic keeps: periods without a night are not counted, so that none runs out. */
  private static <T> Set<SnapshotName> newestOfEach(
      int most,
      Function<LocalDate, T> period,
      NavigableSet<LocalDate> counted,
      Map<LocalDate, SnapshotName> its) {
    Set<T> periods = new HashSet<>();
    Set<T> kept = new HashSet<>();
    Set<SnapshotName> newest = new HashSet<>();
    for (LocalDate date : counted.descendingSet()) {
      T at = period.apply(date);
      if (!periods.contains(at) && periods.size() == most) {
        break;
      }
      periods.add(at);
      SnapshotName night = its.get(date);
      if (night != null && kept.add(at)) {
        newest.add(night);
      }
    }
    return newest;
  }

  private static List<Integer> week(LocalDate date) {
    return List.of(
        date.get(IsoFields.WEEK_BASED_YEAR), date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
  }
}
