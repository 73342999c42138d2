package org.mailtimemachine.admin.console;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Optional;

/**
 * The month that a list is about, as the host's clock counts it; of all time where it cannot be
 * read.
 */
record Month(Optional<YearMonth> month, ZoneId zone) {

  static Month of(String text, ZoneId zone) {
    try {
      return new Month(Optional.of(YearMonth.parse(text)), zone);
    } catch (DateTimeException e) {
      return new Month(Optional.empty(), zone);
    }
  }

  /** As {@code 2026-11}; empty for all time. */
  String text() {
    return month.map(YearMonth::toString).orElse("");
  }

  Optional<Instant> from() {
    return month.map(each -> each.atDay(1).atStartOfDay(zone).toInstant());
  }

  /** The first moment that is not of it. */
  Optional<Instant> to() {
    return month.map(each -> each.plusMonths(1).atDay(1).atStartOfDay(zone).toInstant());
  }
}
