package org.mailtimemachine.command.demo;

import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Fills the dates of the story into its text, in the language of the message: {@code {date -3}},
 * {@code {short -3}}, {@code {month -30}}, {@code {ics +2 14:30}}, {@code {year}}, {@code
 * {last-year}}.
 */
record Wording(LocalDate today, ZoneId zone) {

  private static final Pattern PLACE =
      Pattern.compile("\\{(date|short|month|ics|year|last-year)(?: ([^}]*))?}");
  private static final DateTimeFormatter ICS =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);

  String filled(String text, Locale language) {
    return PLACE.matcher(text).replaceAll(found -> value(found, language));
  }

  /** A full date, {@code Sunday, 15 November 2026} or as the language has it. */
  static String longDate(LocalDate date, Locale language) {
    return language.getLanguage().equals("en")
        ? DateTimeFormatter.ofPattern("EEEE d MMMM uuuu", Locale.ENGLISH).format(date)
        : DateTimeFormatter.ofLocalizedDate(FormatStyle.FULL).withLocale(language).format(date);
  }

  /** The line above a quotation. */
  static String attribution(Person author, ZonedDateTime sent, Locale language) {
    String name = author.called();
    String date = longDate(sent.toLocalDate(), language);
    String time = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).format(sent);
    return switch (language.getLanguage()) {
      case "it" -> "Il " + date + " alle " + time + ", " + name + " ha scritto:";
      case "de" -> "Am " + date + " um " + time + " schrieb " + name + ":";
      case "fr" -> "Le " + date + " à " + time + ", " + name + " a écrit :";
      default -> "On " + date + " at " + time + ", " + name + " wrote:";
    };
  }

  private String value(MatchResult found, Locale language) {
    String argument = found.group(2) == null ? "" : found.group(2);
    return switch (found.group(1)) {
      case "date" -> longDate(Moment.dateOn(today, argument), language);
      case "short" -> Moment.dateOn(today, argument).toString();
      case "month" ->
          DateTimeFormatter.ofPattern("LLLL uuuu", language).format(Moment.dateOn(today, argument));
      case "ics" ->
          ICS.format(
              Moment.of(argument).on(today).atZone(zone).withZoneSameInstant(ZoneOffset.UTC));
      case "year" -> Integer.toString(today.getYear());
      default -> Integer.toString(today.getYear() - 1);
    };
  }
}
