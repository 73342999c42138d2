package org.mailtimemachine.web.calendar;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An event that mail tells of. All text is as the sender wrote it, without controls; shown, it must
 * be escaped like any other.
 *
 * @param method what the sender wants
 * @param title empty where it has none
 * @param end when it is over; for whole days the day after the last one
 * @param place empty where none is named
 * @param description empty where there is none
 * @param attendees at most {@value #MOST_ATTENDEES}
 * @param moreAttendees how many more there are
 */
public record Invitation(
    Method method,
    String title,
    Optional<CalendarTime> start,
    Optional<CalendarTime> end,
    Optional<Repetition> repetition,
    String place,
    String description,
    Optional<Attendee> organiser,
    List<Attendee> attendees,
    int moreAttendees) {

  /** What a message with an event is for (RFC 5546, 1.4). */
  public enum Method {
    REQUEST,
    REPLY,
    CANCEL,
    COUNTER,
    DECLINE_COUNTER,
    PUBLISH
  }

  /** Of one text, most have one. */
  public static final int MOST_EVENTS = 5;

  /** Of one event. */
  public static final int MOST_ATTENDEES = 100;

  /** {@link Duration} reads all that iCalendar writes but this. */
  private static final Pattern WEEKS = Pattern.compile("P([0-9]{1,3})W");

  private static final int LONGEST_TITLE = 500;
  private static final int LONGEST_DESCRIPTION = 5_000;

  public Invitation {
    attendees = List.copyOf(attendees);
  }

  /** The first events of a text; empty where it is no calendar. Never fails. */
  public static List<Invitation> read(String text) {
    return Component.of(text).named("VCALENDAR").stream()
        .flatMap(calendar -> calendar.named("VEVENT").stream().map(event -> of(event, calendar)))
        .limit(MOST_EVENTS)
        .toList();
  }

  private static Invitation of(Component event, Component calendar) {
    Optional<CalendarTime> start =
        event.first("DTSTART").flatMap(line -> CalendarTime.of(line, calendar));
    List<Attendee> attendees = event.all("ATTENDEE").stream().map(Attendee::of).toList();
    boolean cancelled = event.text("STATUS").equalsIgnoreCase("CANCELLED");
    return new Invitation(
        cancelled ? Method.CANCEL : method(calendar.text("METHOD")),
        shortened(event.text("SUMMARY").replace('\n', ' '), LONGEST_TITLE),
        start,
        event
            .first("DTEND")
            .flatMap(line -> CalendarTime.of(line, calendar))
            .or(() -> start.flatMap(begin -> after(begin, event.text("DURATION")))),
        event.first("RRULE").map(line -> Repetition.of(Rule.of(line.value()))),
        shortened(event.text("LOCATION").replace('\n', ' '), LONGEST_TITLE),
        shortened(event.text("DESCRIPTION"), LONGEST_DESCRIPTION),
        event.first("ORGANIZER").map(Attendee::of),
        attendees.stream().limit(MOST_ATTENDEES).toList(),
        Math.max(0, attendees.size() - MOST_ATTENDEES));
  }

  /** Nothing that people are invited to takes ten years. */
  private static final Duration LONGEST = Duration.ofDays(3_650);

  private static Method method(String word) {
    return switch (word.toUpperCase(Locale.ROOT)) {
      case "REQUEST", "ADD" -> Method.REQUEST;
      case "REPLY" -> Method.REPLY;
      case "CANCEL" -> Method.CANCEL;
      case "COUNTER" -> Method.COUNTER;
      case "DECLINECOUNTER" -> Method.DECLINE_COUNTER;
      default -> Method.PUBLISH;
    };
  }

  private static Optional<CalendarTime> after(CalendarTime start, String duration) {
    Matcher weeks = WEEKS.matcher(duration);
    try {
      if (duration.isEmpty() || duration.length() > 30) {
        return Optional.empty();
      }
      Duration length =
          weeks.matches()
              ? Duration.ofDays(Math.multiplyExact(7L, Long.parseLong(weeks.group(1))))
              : Duration.parse(duration);
      // Beyond the calendar's end no time can be shown in any zone.
      return length.isNegative() || length.compareTo(LONGEST) > 0
          ? Optional.empty()
          : Optional.of(start.plus(length));
    } catch (DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static String shortened(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest) + "…";
  }
}
