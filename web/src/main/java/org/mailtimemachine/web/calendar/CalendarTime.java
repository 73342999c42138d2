package org.mailtimemachine.web.calendar;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * A time in a calendar.
 *
 * @param local as it is written; midnight for a day
 * @param wholeDay whether it is a day and no time of it
 * @param instant when that is; empty for a day, for a time that holds wherever one is, and for one
 *     of a zone that nobody knows
 * @param zone as it is written where {@code instant} could not be found for it; else empty
 */
public record CalendarTime(
    LocalDateTime local, boolean wholeDay, Optional<Instant> instant, String zone) {

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd", Locale.ROOT);
  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss", Locale.ROOT);
  private static final int LONGEST_ZONE = 100;

  /** The time of a property; empty where it is none. */
  static Optional<CalendarTime> of(ContentLine line, Component calendar) {
    String value = line.value().strip();
    Optional<LocalDateTime> time = dateTime(value);
    if (time.isEmpty()) {
      return date(value)
          .map(day -> new CalendarTime(day.atStartOfDay(), true, Optional.empty(), ""));
    }
    LocalDateTime local = time.get();
    if (value.endsWith("Z")) {
      return Optional.of(
          new CalendarTime(local, false, Optional.of(local.toInstant(ZoneOffset.UTC)), ""));
    }
    String zone = line.parameter("TZID");
    if (zone.isEmpty() || zone.length() > LONGEST_ZONE) {
      return Optional.of(new CalendarTime(local, false, Optional.empty(), ""));
    }
    Optional<Instant> instant = CalendarZone.instant(local, zone, calendar);
    return Optional.of(new CalendarTime(local, false, instant, instant.isEmpty() ? zone : ""));
  }

  /** So much later. A day moves by whole days. */
  CalendarTime plus(Duration duration) {
    return new CalendarTime(
        local.plus(duration), wholeDay, instant.map(time -> time.plus(duration)), zone);
  }

  /** A date, alone or before a time. */
  static Optional<LocalDate> date(String value) {
    try {
      return value.length() < 8
          ? Optional.empty()
          : Optional.of(LocalDate.parse(value.substring(0, 8), DATE));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** A date with a time, as it is written. */
  static Optional<LocalDateTime> dateTime(String value) {
    try {
      return value.length() < 15
          ? Optional.empty()
          : Optional.of(LocalDateTime.parse(value.strip().substring(0, 15), DATE_TIME));
    } catch (DateTimeException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }
}
