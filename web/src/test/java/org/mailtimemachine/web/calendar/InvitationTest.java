package org.mailtimemachine.web.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InvitationTest {

  private static final String OUTLOOK_ZONE =
      """
      BEGIN:VTIMEZONE
      TZID:W. Europe Standard Time
      BEGIN:STANDARD
      DTSTART:16010101T030000
      TZOFFSETFROM:+0200
      TZOFFSETTO:+0100
      RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
      END:STANDARD
      BEGIN:DAYLIGHT
      DTSTART:16010101T020000
      TZOFFSETFROM:+0100
      TZOFFSETTO:+0200
      RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
      END:DAYLIGHT
      END:VTIMEZONE
      """;

  @Test
  void aRequestTellsWhatWhenWhereAndWho() {
    Invitation invitation =
        one(
            """
            SUMMARY;LANGUAGE=en:Lunch\\, at
              last
            DTSTART;TZID=Europe/Rome:20261120T123000
            DTEND;TZID=Europe/Rome:20261120T133000
            LOCATION:Bar Sport\\; back room
            DESCRIPTION:First line\\nSecond \\\\ line
            ORGANIZER;CN="Rossi, Anna":mailto:anna@example.org
            ATTENDEE;PARTSTAT=ACCEPTED;CN=Bob:MAILTO:bob@example.net
            ATTENDEE;RSVP=TRUE;PARTSTAT=NEEDS-ACTION:mailto:carla@example.net
            """);
    assertThat(invitation.method()).isEqualTo(Invitation.Method.REQUEST);
    assertThat(invitation.title()).isEqualTo("Lunch, at last");
    assertThat(invitation.start().orElseThrow().instant())
        .contains(Instant.parse("2026-11-20T11:30:00Z"));
    assertThat(invitation.end().orElseThrow().instant())
        .contains(Instant.parse("2026-11-20T12:30:00Z"));
    assertThat(invitation.place()).isEqualTo("Bar Sport; back room");
    assertThat(invitation.description()).isEqualTo("First line\nSecond \\ line");
    assertThat(invitation.organiser().orElseThrow().text())
        .isEqualTo("Rossi, Anna <anna@example.org>");
    assertThat(invitation.attendees())
        .containsExactly(
            new Attendee("Bob", "bob@example.net", Attendee.State.ACCEPTED),
            new Attendee("", "carla@example.net", Attendee.State.NEEDS_ACTION));
  }

  @ParameterizedTest
  @CsvSource({
    "20261120T123000, 2026-11-20T11:30:00Z",
    "20260715T090000, 2026-07-15T07:00:00Z",
    "20260328T120000, 2026-03-28T11:00:00Z",
    "20260329T120000, 2026-03-29T10:00:00Z",
    "20261025T120000, 2026-10-25T11:00:00Z",
    "20260101T000000, 2025-12-31T23:00:00Z"
  })
  void aZoneThatOnlyTheCalendarKnowsHoldsByItsOwnRules(String local, Instant instant) {
    String event = "DTSTART;TZID=W. Europe Standard Time:" + local + "\n";
    Invitation invitation = Invitation.read(calendar(OUTLOOK_ZONE, event)).getFirst();
    assertThat(invitation.start().orElseThrow().instant()).contains(instant);
  }

  @Test
  void aZoneThatNobodyKnowsIsNamedAndNotGuessed() {
    CalendarTime start = one("DTSTART;TZID=Middle-earth:20261120T123000").start().orElseThrow();
    assertThat(start.instant()).isEmpty();
    assertThat(start.zone()).isEqualTo("Middle-earth");
    assertThat(start.local()).isEqualTo(LocalDateTime.of(2026, 11, 20, 12, 30));
  }

  @Test
  void daysTimesOfNoZoneAndDurations() {
    assertThat(one("DTSTART;VALUE=DATE:20261224").start().orElseThrow().wholeDay()).isTrue();
    CalendarTime floating = one("DTSTART:20261120T090000").start().orElseThrow();
    assertThat(floating.instant()).isEmpty();
    assertThat(floating.zone()).isEmpty();
    assertThat(one("DTSTART:20261120T090000Z\nDURATION:PT1H30M").end().orElseThrow().instant())
        .contains(Instant.parse("2026-11-20T10:30:00Z"));
    assertThat(one("DTSTART;VALUE=DATE:20261120\nDURATION:P1W").end().orElseThrow().local())
        .isEqualTo(LocalDateTime.of(2026, 11, 27, 0, 0));
    assertThat(one("DTSTART:20261120T090000Z\nDURATION:P365241760017DT23H30M").end()).isEmpty();
    assertThat(one("DTSTART:20261120T090000Z\nDURATION:-PT1H").end()).isEmpty();
  }

  @Test
  void whatRepeatsSimplyIsToldAndNothingElse() {
    assertThat(one("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;UNTIL=20270301T000000Z").repetition())
        .contains(
            new Repetition(
                Optional.of(Repetition.Frequency.WEEKLY),
                2,
                List.of(DayOfWeek.TUESDAY, DayOfWeek.THURSDAY),
                Optional.of(LocalDate.of(2027, 3, 1)),
                0));
    assertThat(one("RRULE:FREQ=MONTHLY;BYDAY=2MO").repetition().orElseThrow().frequency())
        .isEmpty();
    assertThat(one("RRULE:FREQ=SECONDLY").repetition().orElseThrow().frequency()).isEmpty();
    assertThat(one("RRULE:FREQ=YEARLY;BYSETPOS=1").repetition().orElseThrow().frequency())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "REQUEST, REQUEST",
    "reply, REPLY",
    "CANCEL, CANCEL",
    "COUNTER, COUNTER",
    "DECLINECOUNTER, DECLINE_COUNTER",
    "PUBLISH, PUBLISH",
    "<script>, PUBLISH"
  })
  void theMethodSaysWhatItIsFor(String written, Invitation.Method method) {
    String text = calendar("", "SUMMARY:x").replace("METHOD:REQUEST", "METHOD:" + written);
    assertThat(Invitation.read(text).getFirst().method()).isEqualTo(method);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "BEGIN:VCALENDAR",
        "BEGIN:VCALENDAR\nEND:VEVENT\nEND:VCALENDAR",
        ":::;;;===",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART",
        " folded\n more"
      })
  void whatIsNoCalendarIsNoInvitation(String text) {
    assertThat(Invitation.read(text)).allSatisfy(one -> assertThat(one.title()).isEmpty());
  }

  @Test
  void hostileCalendarsAreReadAsFarAsTheyMakeSense() {
    Invitation invitation =
        one(
            "SUMMARY:<script>alert(1)</script>\u202egpj.exe\u0000\n"
                + "DTSTART:99999999T999999\n"
                + "DTEND;TZID="
                + "x".repeat(10_000)
                + ":20261120T090000\n"
                + "DURATION:PT999999999999999999999H\n"
                + "ATTENDEE;CN=\"a;b:c\";PARTSTAT=\"x:mailto:evil@example.net\n"
                + "ATTENDEE:mailto:a@example.org\n".repeat(1_000));
    assertThat(invitation.title()).isEqualTo("<script>alert(1)</script>gpj.exe");
    assertThat(invitation.start()).isEmpty();
    assertThat(invitation.attendees()).hasSize(Invitation.MOST_ATTENDEES);
    assertThat(invitation.moreAttendees()).isBetween(900, 901);
    assertThat(Invitation.read("BEGIN:VCALENDAR\n".repeat(100_000))).isEmpty();
    assertThat(Invitation.read(calendar("", "SUMMARY:" + "x\n y".repeat(100_000))))
        .allSatisfy(one -> assertThat(one.title()).hasSizeLessThan(600));
  }

  private static Invitation one(String event) {
    return Invitation.read(calendar("", event)).getFirst();
  }

  private static String calendar(String zones, String event) {
    return ("BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\n%s"
            + "BEGIN:VEVENT\nUID:1\n%s\nEND:VEVENT\nEND:VCALENDAR\n")
        .formatted(zones, event)
        .replace("\n", "\r\n");
  }
}
