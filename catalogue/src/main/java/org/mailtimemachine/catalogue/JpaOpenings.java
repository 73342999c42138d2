package org.mailtimemachine.catalogue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.SessionFactory;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.desk.Notice;
import org.mailtimemachine.restore.opening.Opening;
import org.mailtimemachine.restore.opening.Openings;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/** Openings in PostgreSQL. */
final class JpaOpenings implements Openings {

  private final SessionFactory sessions;

  JpaOpenings(SessionFactory sessions) {
    this.sessions = sessions;
  }

  @Override
  public void keep(Opening opening, AuditEntry entry) {
    sessions.inStatelessTransaction(
        session -> {
          session.insert(new OpeningRow(opening));
          NoticeRow.leave(session, opening.id(), Notice.Kind.MESSAGE_OPENED, opening.when());
          JpaAuditLog.append(session, entry);
        });
  }

  @Override
  public Optional<Opening> find(UUID id) {
    return sessions.fromStatelessSession(
        session -> Optional.ofNullable(session.get(OpeningRow.class, id)).map(OpeningRow::opening));
  }

  @Override
  public List<Opening> ofMailbox(MailboxAddress mailbox, int most) {
    return newest(mailbox, "", most);
  }

  @Override
  public List<Opening> unseen(MailboxAddress mailbox, int most) {
    return newest(mailbox, " and seenAt is null", most);
  }

  private List<Opening> newest(MailboxAddress mailbox, String which, int most) {
    return sessions.fromStatelessSession(
        session ->
            session
                .createSelectionQuery(
                    "from OpeningRow where domain = :domain and localPart = :local"
                        + which
                        + " order by openedAt desc, id",
                    OpeningRow.class)
                .setParameter("domain", mailbox.domain())
                .setParameter("local", mailbox.localPart())
                .setMaxResults(most)
                .getResultStream()
                .map(OpeningRow::opening)
                .toList());
  }

  @Override
  public void seen(MailboxAddress mailbox, UUID id, Instant when) {
    sessions.inStatelessTransaction(
        session ->
            session
                .createMutationQuery(
                    "update OpeningRow set seenAt = :when where id = :id and domain = :domain and"
                        + " localPart = :local and seenAt is null")
                .setParameter("when", when)
                .setParameter("id", id)
                .setParameter("domain", mailbox.domain())
                .setParameter("local", mailbox.localPart())
                .executeUpdate());
  }
}
