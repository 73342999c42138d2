package org.mailtimemachine.web.calendar;

import java.time.DayOfWeek;
import java.util.List;

/** The days of a week as iCalendar names them. */
final class Weekdays {

  private static final List<String> NAMES = List.of("MO", "TU", "WE", "TH", "FR", "SA", "SU");

  private Weekdays() {}

  static boolean is(String name) {
    return NAMES.contains(name);
  }

  static DayOfWeek day(String name) {
    return DayOfWeek.of(NAMES.indexOf(name) + 1);
  }
}
