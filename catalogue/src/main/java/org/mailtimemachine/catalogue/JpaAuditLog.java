package org.mailtimemachine.catalogue;

import java.util.List;
import java.util.Optional;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.query.SelectionQuery;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditFilter;
import org.mailtimemachine.snapshot.audit.AuditLog;
import org.mailtimemachine.snapshot.audit.SealedEntry;

/** The audit log in PostgreSQL. */
final class JpaAuditLog implements AuditLog {

  private static final int PAGE = 1_000;

  private final SessionFactory sessions;

  JpaAuditLog(SessionFactory sessions) {
    this.sessions = sessions;
  }

  @Override
  public SealedEntry append(AuditEntry entry) {
    return sessions.fromStatelessTransaction(session -> append(session, entry));
  }

  /** Adds a line in somebody's transaction, at whose end the next one can be added. */
  static SealedEntry append(StatelessSession session, AuditEntry entry) {
    return session.doReturningWork(connection -> SealedLog.append(connection, entry));
  }

  @Override
  public List<SealedEntry> read(AuditFilter filter, long before, int most) {
    String domains =
        filter.domains().isPresent()
            ? " and lower(substring(subject, position('@' in subject) + 1)) in (:domains)"
            : "";
    String text =
        filter.text().isEmpty()
            ? ""
            : " and position(:text in lower(who || ' ' || action || ' ' || subject || ' ' ||"
                + " detail)) > 0";
    return sessions.fromStatelessSession(
        session -> {
          SelectionQuery<AuditEntryRow> query =
              session
                  .createSelectionQuery(
                      "from AuditEntryRow where number < :before"
                          + domains
                          + text
                          + " order by number desc",
                      AuditEntryRow.class)
                  .setParameter("before", before)
                  .setMaxResults(most);
          filter.domains().ifPresent(names -> query.setParameterList("domains", names));
          if (!text.isEmpty()) {
            query.setParameter("text", filter.text().toLowerCase(java.util.Locale.ROOT));
          }
          return query.getResultStream().map(AuditEntryRow::sealed).toList();
        });
  }

  @Override
  public Optional<Long> firstBroken() {
    return sessions.fromStatelessSession(
        session -> {
          long number = 0;
          String seal = SealedEntry.NO_SEAL;
          while (true) {
            List<SealedEntry> page =
                session
                    .createSelectionQuery(
                        "from AuditEntryRow where number > :after order by number",
                        AuditEntryRow.class)
                    .setParameter("after", number)
                    .setMaxResults(PAGE)
                    .getResultStream()
                    .map(AuditEntryRow::sealed)
                    .toList();
            if (page.isEmpty()) {
              return Optional.empty();
            }
            for (SealedEntry entry : page) {
              if (entry.number() != number + 1 || !entry.follows(seal)) {
                return Optional.of(entry.number());
              }
              number = entry.number();
              seal = entry.seal();
            }
          }
        });
  }
}
