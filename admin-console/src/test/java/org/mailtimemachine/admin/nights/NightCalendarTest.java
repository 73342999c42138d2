package org.mailtimemachine.admin.nights;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NightCalendarTest {

  /** A year in which nothing but the clock decides: what is taken, and when. */
  private static List<Instant> live(NightCalendar calendar, Instant from, Instant until) {
    List<Instant> taken = new ArrayList<>();
    Set<LocalDate> store = new HashSet<>();
    Instant now = from;
    while (now.isBefore(until)) {
      Instant at = now;
      calendar
          .due(now, store::contains)
          .ifPresent(
              date -> {
                assertThat(store.add(date)).isTrue();
                taken.add(at);
              });
      Instant next = calendar.nextLook(now);
      assertThat(next).isAfter(now).isBeforeOrEqualTo(now.plusSeconds(60));
      // Nothing happens in the middle of an hour; no zone changes its offset there.
      Instant hour = now.plus(Duration.ofMinutes(13));
      boolean quiet =
          calendar.today(hour).equals(calendar.today(now))
              && now.atZone(ZoneOffset.UTC).getMinute() % 15 < 1;
      now = quiet ? hour : next;
    }
    return taken;
  }

  @Test
  void everyZoneHasOneSnapshotOfEachDateOfTheYear() {
    Set<String> wrong = new TreeSet<>();
    Set<List<Object>> met = new HashSet<>();
    for (String name : ZoneId.getAvailableZoneIds()) {
      ZoneId zone = ZoneId.of(name);
      LocalDate first = LocalDate.of(2026, 1, 1);
      Instant from = first.atStartOfDay(zone).toInstant();
      if (!met.add(List.of(from, changes(zone)))) {
        continue; // another name of a zone that was tried
      }
      Instant until = first.plusYears(1).atStartOfDay(zone).toInstant();
      List<Instant> expected =
          first.datesUntil(first.plusYears(1)).map(d -> d.atStartOfDay(zone).toInstant()).toList();
      if (!live(new NightCalendar(zone), from, until).equals(expected)) {
        wrong.add(name);
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static List<Object> changes(ZoneId zone) {
    List<Object> changes = new ArrayList<>();
    var change = zone.getRules().nextTransition(Instant.parse("2025-12-30T00:00:00Z"));
    while (change != null && change.getInstant().isBefore(Instant.parse("2027-01-02T00:00:00Z"))) {
      changes.add(change);
      change = zone.getRules().nextTransition(change.getInstant());
    }
    return changes;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Africa/Cairo",
        "Asia/Beirut",
        "America/Santiago",
        "America/Havana",
        "Europe/Rome"
      })
  void daysOf23And25HoursAndThoseThatBeginAtOneAreMet(String name) {
    ZoneId zone = ZoneId.of(name);
    NightCalendar calendar = new NightCalendar(zone);
    boolean met23 = false;
    boolean met25 = false;
    for (LocalDate date : LocalDate.of(2026, 1, 1).datesUntil(LocalDate.of(2027, 1, 1)).toList()) {
      Instant begin = date.atStartOfDay(zone).toInstant();
      Duration day = Duration.between(begin, date.plusDays(1).atStartOfDay(zone).toInstant());
      met23 |= day.toHours() == 23;
      met25 |= day.toHours() == 25;
      assertThat(calendar.nextLook(begin.minusMillis(1))).isEqualTo(begin);
      assertThat(calendar.due(begin, d -> false)).contains(date);
      assertThat(calendar.due(begin.minusMillis(1), d -> false)).contains(date.minusDays(1));
    }
    assertThat(met23 && met25).isTrue();
  }

  @Test
  void aDayThatBeginsAtOneIsTakenAtOne() {
    ZoneId cairo = ZoneId.of("Africa/Cairo");
    LocalDate date = LocalDate.of(2026, 4, 24);
    assertThat(date.atStartOfDay(cairo).toLocalTime()).isEqualTo(LocalTime.of(1, 0));
    NightCalendar calendar = new NightCalendar(cairo);
    Instant before = date.atStartOfDay(cairo).toInstant().minusSeconds(20);
    assertThat(calendar.nextLook(before)).isEqualTo(before.plusSeconds(20));
  }

  @Test
  void aDateThatAZoneLeftOutIsNeverDue() {
    ZoneId apia = ZoneId.of("Pacific/Apia");
    Instant from = LocalDate.of(2011, 12, 28).atStartOfDay(apia).toInstant();
    Instant until = LocalDate.of(2012, 1, 2).atStartOfDay(apia).toInstant();
    assertThat(live(new NightCalendar(apia), from, until))
        .extracting(instant -> LocalDate.ofInstant(instant, apia).toString())
        .containsExactly("2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01");
  }

  @Test
  void clocksThatJumpAndServersThatRestartGiveOneSnapshotADate() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (String name : List.of("Europe/Rome", "America/Santiago", "Asia/Beirut", "UTC")) {
      NightCalendar calendar = new NightCalendar(ZoneId.of(name));
      Set<LocalDate> store = new HashSet<>();
      Set<LocalDate> lived = new HashSet<>();
      Instant now = Instant.parse("2026-03-20T10:00:00Z");
      for (int look = 0; look < 5_000; look++) {
        lived.add(calendar.today(now));
        calendar
            .due(now, store::contains)
            .ifPresent(date -> assertThat(store.add(date)).as("seed %d", seed).isTrue());
        assertThat(store).as("seed %d", seed).contains(calendar.today(now));
        now =
            switch (random.nextInt(40)) {
              case 0 -> now.plus(Duration.ofDays(1));
              case 1 -> now.minus(Duration.ofDays(1));
              case 2 -> now.plus(Duration.ofDays(400));
              case 3 -> now.minus(Duration.ofDays(400));
              case 4 -> now.plus(Duration.ofHours(random.nextInt(100))); // it was down, or asleep
              case 5 -> now.minus(Duration.ofHours(1));
              default ->
                  random.nextInt(20) == 0 ? nextMidnight(calendar, now) : calendar.nextLook(now);
            };
      }
      assertThat(store).as("seed %d", seed).isEqualTo(lived);
    }
  }

  private static Instant nextMidnight(NightCalendar calendar, Instant now) {
    return calendar.today(now).plusDays(1).atStartOfDay(calendar.zone()).toInstant();
  }
}
