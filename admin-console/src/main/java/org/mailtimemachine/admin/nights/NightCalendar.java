package org.mailtimemachine.admin.nights;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * When the nights of a host are: pure functions of the time. A day begins where its zone says,
 * which is not always 00:00, and has 23, 24 or 25 hours.
 *
 * @param zone of the host
 */
record NightCalendar(ZoneId zone) {

  /** So often it is asked whether a night is due: clocks jump, and machines sleep. */
  private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

  /**
   * The date whose nightly Snapshot is due: that of the day that it is, unless it was taken. An
   * earlier midnight that was missed is gone: there is only one state to take, that of now, and it
   * is called by the last midnight. A clock that was set back to a day that was taken has nothing
   * due, and one that is set to whatever other day gets one Snapshot of it.
   *
   * @param taken whether the nightly Snapshot of a date is there, and complete
   */
  Optional<LocalDate> due(Instant now, Predicate<LocalDate> taken) {
    return Optional.of(today(now)).filter(taken.negate());
  }

  LocalDate today(Instant now) {
    return LocalDate.ofInstant(now, zone);
  }

  /** When to look next: as the next day begins, or in a minute, whatever comes first. */
  Instant nextLook(Instant now) {
    Instant midnight = today(now).plusDays(1).atStartOfDay(zone).toInstant();
    Instant soon = now.plus(BETWEEN_LOOKS);
    return midnight.isAfter(now) && midnight.isBefore(soon) ? midnight : soon;
  }
}
