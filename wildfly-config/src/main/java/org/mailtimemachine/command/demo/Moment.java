package org.mailtimemachine.command.demo;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;

/**
 * A time in the story, on the host's clock, relative to the day on which the demo is started.
 *
 * @param day {@code -9} for nine days ago, or {@code last-year-03-14}
 * @param time to the minute
 */
record Moment(String day, LocalTime time) {

  private static final String LAST_YEAR = "last-year-";

  /** Reads {@code -9 08:14} or {@code last-year-03-14 08:14}. */
  static Moment of(String text) {
    String[] words = text.strip().split("\\s+", -1);
    if (words.length != 2) {
      throw new IllegalArgumentException("no moment of the story: " + text);
    }
    return new Moment(words[0], LocalTime.parse(words[1]));
  }

  LocalDateTime on(LocalDate today) {
    return dateOn(today, day).atTime(time);
  }

  /** The date that a day of the story stands for. */
  static LocalDate dateOn(LocalDate today, String day) {
    if (day.startsWith(LAST_YEAR)) {
      return MonthDay.parse("--" + day.substring(LAST_YEAR.length())).atYear(today.getYear() - 1);
    }
    return today.plusDays(Integer.parseInt(day));
  }
}
