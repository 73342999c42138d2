package org.mailtimemachine.mirror.server;

import java.time.Clock;
import java.time.LocalDate;

/**
 * How much a growing count has grown on this day. It has to be asked often: what comes between the
 * last question and midnight counts for the new day. Safe for use by several threads.
 */
final class Today {

  private final Clock clock;
  private LocalDate day;
  private long before;
  private long last;

  /**
   * @param clock with the zone in which days begin
   */
  Today(Clock clock) {
    this.clock = clock;
    this.day = LocalDate.now(clock);
  }

  synchronized long of(long count) {
    LocalDate now = LocalDate.now(clock);
    if (!now.equals(day)) {
      day = now;
      before = last;
    }
    last = count;
    return count - before;
  }
}
