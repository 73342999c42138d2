package org.mailtimemachine.admin.nights;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * When a night that failed is tried again: after 15 minutes, after 30, and then every hour until
 * its day is over. Only kept in memory: a restart tries at once. Not safe for use by several
 * threads.
 */
final class Retries {

  private static final Duration FIRST = Duration.ofMinutes(15);
  private static final Duration LONGEST = Duration.ofHours(1);

  private @Nullable LocalDate date;
  private Instant since = Instant.EPOCH;
  private Duration pause = Duration.ZERO;

  /** Whether the night of a date may be tried now. */
  boolean allow(LocalDate wanted, Instant now) {
    // A clock that was set back is not waited for.
    return !wanted.equals(date) || now.isBefore(since) || !now.isBefore(since.plus(pause));
  }

  /** Notes a night that failed, and returns how long it is not tried again. */
  Duration failed(LocalDate night, Instant now) {
    Duration twice = pause.multipliedBy(2);
    pause = !night.equals(date) ? FIRST : twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
    date = night;
    since = now;
    return pause;
  }
}
