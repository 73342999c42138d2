package org.mailtimemachine.web.calendar;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A time zone that an invitation brings along (VTIMEZONE) for a name of its own. Of its rules the
 * form is read that every calendar program writes: once a year, on a weekday of a month. No rule is
 * ever walked through, so that none can take long.
 */
final class CalendarZone {

  private static final Pattern OFFSET = Pattern.compile("([+-])([0-9]{2})([0-9]{2})(?:[0-9]{2})?");
  private static final Pattern WEEKDAY = Pattern.compile("([+-]?[1-5])(MO|TU|WE|TH|FR|SA|SU)");
  private static final int MOST_OBSERVANCES = 100;

  /** From when on which offset holds. */
  private record Observance(LocalDateTime start, Rule rule, ZoneOffset before, ZoneOffset offset) {

    /** When it last began, at the latest then. */
    Optional<LocalDateTime> latestStart(LocalDateTime atLatest) {
      if (atLatest.isBefore(start)) {
        return Optional.empty();
      }
      Optional<LocalDateTime> thisYear = startIn(atLatest.getYear());
      Optional<LocalDateTime> latest =
          thisYear.filter(begin -> !begin.isAfter(atLatest)).isPresent()
              ? thisYear
              : startIn(atLatest.getYear() - 1);
      return Optional.of(latest.filter(begin -> begin.isAfter(start)).orElse(start));
    }

    private Optional<LocalDateTime> startIn(int year) {
      Matcher weekday = WEEKDAY.matcher(rule.part("BYDAY"));
      int month = rule.number("BYMONTH", 0);
      if (!rule.part("FREQ").equals("YEARLY") || month < 1 || month > 12 || !weekday.matches()) {
        return Optional.empty();
      }
      DayOfWeek day = Weekdays.day(weekday.group(2));
      LocalDate date =
          LocalDate.of(year, month, 1)
              .with(TemporalAdjusters.dayOfWeekInMonth(Integer.parseInt(weekday.group(1)), day));
      boolean over =
          CalendarTime.date(rule.part("UNTIL")).filter(until -> until.isBefore(date)).isPresent();
      return over ? Optional.empty() : Optional.of(date.atTime(start.toLocalTime()));
    }
  }

  private final List<Observance> observances = new ArrayList<>();

  private CalendarZone(Component zone) {
    for (Component component : zone.components()) {
      if (observances.size() < MOST_OBSERVANCES) {
        observance(component).ifPresent(observances::add);
      }
    }
  }

  /** When it is, where somebody says this name in this calendar; empty where nobody knows it. */
  static Optional<Instant> instant(LocalDateTime local, String name, Component calendar) {
    try {
      return Optional.of(local.atZone(ZoneId.of(name)).toInstant());
    } catch (DateTimeException e) {
      // no name of the tz database: then the calendar itself must tell what it means
      return calendar.named("VTIMEZONE").stream()
          .filter(zone -> zone.text("TZID").equals(name))
          .findFirst()
          .flatMap(zone -> new CalendarZone(zone).offset(local))
          .map(local::toInstant);
    }
  }

  private Optional<ZoneOffset> offset(LocalDateTime local) {
    record Begun(LocalDateTime start, ZoneOffset offset) {}
    return observances.stream()
        .flatMap(
            observance ->
                observance
                    .latestStart(local)
                    .map(start -> new Begun(start, observance.offset))
                    .stream())
        .max(Comparator.comparing(Begun::start))
        .map(Begun::offset)
        .or(
            () ->
                observances.stream()
                    .min(Comparator.comparing(Observance::start))
                    .map(Observance::before));
  }

  private static Optional<Observance> observance(Component component) {
    Optional<LocalDateTime> start =
        component.first("DTSTART").flatMap(line -> CalendarTime.dateTime(line.value()));
    Optional<ZoneOffset> offset = offset(component.text("TZOFFSETTO"));
    if (start.isEmpty() || offset.isEmpty()) {
      return Optional.empty();
    }
    Rule rule = Rule.of(component.first("RRULE").map(ContentLine::value).orElse(""));
    ZoneOffset before = offset(component.text("TZOFFSETFROM")).orElse(offset.get());
    return Optional.of(new Observance(start.get(), rule, before, offset.get()));
  }

  private static Optional<ZoneOffset> offset(String text) {
    Matcher matcher = OFFSET.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int minutes = Integer.parseInt(matcher.group(2)) * 60 + Integer.parseInt(matcher.group(3));
    int seconds = (matcher.group(1).equals("-") ? -60 : 60) * minutes;
    return Math.abs(seconds) > ZoneOffset.MAX.getTotalSeconds()
        ? Optional.empty()
        : Optional.of(ZoneOffset.ofTotalSeconds(seconds));
  }
}
