package org.mailtimemachine.catalogue;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.hibernate.SessionFactory;
import org.mailtimemachine.restore.desk.DeskFigures;
import org.mailtimemachine.restore.desk.RequestState;

/** Counts in PostgreSQL. */
final class JpaDeskFigures implements DeskFigures {

  private static final String REQUESTS =
      """
      select state, count(*), cast(coalesce(sum(added), 0) as bigint),
        cast(coalesce(sum(added_bytes), 0) as bigint),
        cast(coalesce(sum(greatest(0, extract(epoch from finished_at - decided_at))), 0) as bigint)
      from restore_request where state <> 'DRAFT' group by state
      """;

  private static final String LETTERS =
      """
      select count(*), count(*) filter (where problem <> '') from letter where due_at is not null
      """;

  private final SessionFactory sessions;

  JpaDeskFigures(SessionFactory sessions) {
    this.sessions = sessions;
  }

  @Override
  public Totals totals() {
    return sessions.fromStatelessSession(
        session -> {
          Map<RequestState, Long> requests = new EnumMap<>(RequestState.class);
          long messages = 0;
          long bytes = 0;
          long seconds = 0;
          for (Object[] row : session.createNativeQuery(REQUESTS, Object[].class).getResultList()) {
            requests.put(RequestState.valueOf((String) row[0]), number(row[1]));
            messages += number(row[2]);
            bytes += number(row[3]);
            seconds += number(row[4]);
          }
          Object[] letters = session.createNativeQuery(LETTERS, Object[].class).getSingleResult();
          return new Totals(
              requests,
              messages,
              bytes,
              Duration.ofSeconds(seconds),
              number(letters[0]),
              number(letters[1]));
        });
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }
}
