package org.mailtimemachine.web.mailbox;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mailtimemachine.web.calendar.Attendee;
import org.mailtimemachine.web.calendar.CalendarTime;
import org.mailtimemachine.web.calendar.Invitation;
import org.mailtimemachine.web.calendar.Repetition;

/**
 * An invitation in the user's words and time zone. Text of the sender is as hostile as it came.
 *
 * @param kind what it wants, as a sentence
 * @param cancelled whether the event does not take place
 * @param when empty where it does not say; likewise for the others
 */
public record InvitationCard(
    String kind,
    boolean cancelled,
    String title,
    String when,
    String repeats,
    String where,
    String organiser,
    List<Person> people,
    String morePeople,
    String description) {

  /**
   * Somebody who is invited.
   *
   * @param said in words
   * @param state as a name for the style sheet
   */
  public record Person(String text, String said, String state) {}

  static InvitationCard of(Invitation invitation, Texts texts, ZoneId zone) {
    String title = invitation.title();
    return new InvitationCard(
        texts.of("invitation." + invitation.method()),
        invitation.method() == Invitation.Method.CANCEL,
        title.isEmpty() ? texts.of("message.noSubject") : title,
        invitation.start().map(start -> when(start, invitation.end(), texts, zone)).orElse(""),
        invitation.repetition().map(repetition -> repeats(repetition, texts)).orElse(""),
        invitation.place(),
        invitation.organiser().map(Attendee::text).orElse(""),
        invitation.attendees().stream()
            .map(
                person ->
                    new Person(
                        person.text(),
                        texts.of("attendee." + person.state()),
                        person.state().name().toLowerCase(Locale.ROOT)))
            .toList(),
        invitation.moreAttendees() == 0
            ? ""
            : texts.of("attendee.more", invitation.moreAttendees()),
        invitation.description());
  }

  private static String when(
      CalendarTime start, Optional<CalendarTime> end, Texts texts, ZoneId zone) {
    if (start.wholeDay()) {
      LocalDate first = start.local().toLocalDate();
      LocalDate last = end.map(day -> day.local().toLocalDate().minusDays(1)).orElse(first);
      return last.isAfter(first)
          ? texts.of("invitation.days", texts.day(first), texts.day(last))
          : texts.of("invitation.day", texts.day(first));
    }
    LocalDateTime from = here(start, zone);
    String span =
        end.filter(time -> !time.wholeDay())
            .map(time -> here(time, zone))
            .filter(from::isBefore)
            .map(
                to ->
                    Duration.between(from, to).toHours() < 24
                            && to.toLocalDate().equals(from.toLocalDate())
                        ? texts.of(
                            "invitation.times",
                            texts.day(from.toLocalDate()),
                            texts.time(from),
                            texts.time(to))
                        : texts.of("invitation.span", moment(from, texts), moment(to, texts)))
            .orElseGet(() -> moment(from, texts));
    String zoneName =
        start.instant().isPresent()
            ? ZonedDateTime.ofInstant(start.instant().get(), zone)
                .format(DateTimeFormatter.ofPattern("zzz", texts.locale()))
            : start.zone();
    return zoneName.isEmpty() ? span : span + " (" + zoneName + ")";
  }

  private static LocalDateTime here(CalendarTime time, ZoneId zone) {
    return time.instant()
        .map(instant -> LocalDateTime.ofInstant(instant, zone))
        .orElse(time.local());
  }

  private static String moment(LocalDateTime time, Texts texts) {
    return texts.of("invitation.moment", texts.day(time.toLocalDate()), texts.time(time));
  }

  private static String repeats(Repetition repetition, Texts texts) {
    if (repetition.frequency().isEmpty()) {
      return texts.of("repeats.other");
    }
    StringBuilder words =
        new StringBuilder(
            texts.of("repeats." + repetition.frequency().get(), repetition.interval()));
    if (!repetition.days().isEmpty()) {
      words
          .append(' ')
          .append(
              texts.of(
                  "repeats.on",
                  repetition.days().stream()
                      .map(day -> day.getDisplayName(TextStyle.FULL, texts.locale()))
                      .collect(Collectors.joining(", "))));
    }
    repetition
        .until()
        .ifPresent(day -> words.append(", ").append(texts.of("repeats.until", texts.day(day))));
    if (repetition.count() > 0) {
      words.append(", ").append(texts.of("repeats.count", repetition.count()));
    }
    return words.toString();
  }
}
