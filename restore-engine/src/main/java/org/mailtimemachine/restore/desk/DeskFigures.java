package org.mailtimemachine.restore.desk;

import java.time.Duration;
import java.util.Map;

/** Counts requests and letters, for whoever watches a host. Safe for use by several threads. */
@FunctionalInterface
public interface DeskFigures {

  /**
   * What there is at a moment.
   *
   * @param requests how many are in each state; drafts, and states that none is in, are left out
   * @param messages that were put back by all requests ever
   * @param bytes of these
   * @param time from the confirmation to the end of all requests that came to one
   * @param letters that wait to be sent
   * @param failing of these, those that could not be sent at least once
   */
  record Totals(
      Map<RequestState, Long> requests,
      long messages,
      long bytes,
      Duration time,
      long letters,
      long failing) {

    public Totals {
      requests = Map.copyOf(requests);
    }
  }

  /** Counts now. */
  Totals totals();
}
