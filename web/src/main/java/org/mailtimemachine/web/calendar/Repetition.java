package org.mailtimemachine.web.calendar;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How an event repeats, as far as it can be told in a few words.
 *
 * @param frequency empty where it repeats by a rule that is not told here
 * @param interval every how many days, weeks, months or years
 * @param days of the week; empty where the day of the event itself is meant
 * @param until its last day
 * @param count how often in all; 0 where that is not said
 */
public record Repetition(
    Optional<Frequency> frequency,
    int interval,
    List<DayOfWeek> days,
    Optional<LocalDate> until,
    int count) {

  /** What it repeats by. */
  public enum Frequency {
    DAILY,
    WEEKLY,
    MONTHLY,
    YEARLY
  }

  private static final Set<String> TOLD =
      Set.of("FREQ", "INTERVAL", "BYDAY", "UNTIL", "COUNT", "WKST");

  static Repetition of(Rule rule) {
    Optional<Frequency> frequency =
        Arrays.stream(Frequency.values())
            .filter(candidate -> candidate.name().equals(rule.part("FREQ")))
            .findFirst();
    List<String> names =
        rule.part("BYDAY").isEmpty() ? List.of() : List.of(rule.part("BYDAY").split(",", 8));
    boolean weekdays =
        names.isEmpty()
            || (frequency.equals(Optional.of(Frequency.WEEKLY))
                && names.stream().allMatch(Weekdays::is));
    if (!weekdays || !TOLD.containsAll(rule.parts().keySet())) {
      return new Repetition(Optional.empty(), 1, List.of(), Optional.empty(), 0);
    }
    return new Repetition(
        frequency,
        Math.max(1, rule.number("INTERVAL", 1)),
        names.stream().map(Weekdays::day).distinct().sorted().toList(),
        CalendarTime.date(rule.part("UNTIL")),
        rule.number("COUNT", 0));
  }
}
