package org.mailtimemachine.catalogue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.query.CommonQueryContract;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.desk.Notice;
import org.mailtimemachine.restore.opening.Opening;
import org.mailtimemachine.restore.opening.OpeningPermission;
import org.mailtimemachine.restore.opening.OpeningRefusedException;
import org.mailtimemachine.restore.opening.Openings;
import org.mailtimemachine.snapshot.SnapshotName;

/** Openings in PostgreSQL. */
final class JpaOpenings implements Openings {

  /** A permission for one message that still holds. */
  private static final String THIS_ONE =
      "domain = :domain and local_part = :local and snapshot = :snapshot and message = :message"
          + " and expires_at > :now";

  private final SessionFactory sessions;

  JpaOpenings(SessionFactory sessions) {
    this.sessions = sessions;
  }

  @Override
  public void allow(OpeningPermission permission) {
    sessions.inStatelessTransaction(
        session -> {
          named(
                  session.createNativeMutationQuery(
                      "insert into opening_permission"
                          + " (domain, local_part, snapshot, message, expires_at)"
                          + " values (:domain, :local, :snapshot, :message, :until)"
                          + " on conflict (domain, local_part, snapshot, message) do update"
                          + " set expires_at = greatest(opening_permission.expires_at,"
                          + " excluded.expires_at)"),
                  permission.mailbox(),
                  permission.snapshot(),
                  permission.message())
              .setParameter("until", permission.until())
              .executeUpdate();
        });
  }

  @Override
  public boolean allowed(MailboxAddress mailbox, SnapshotName snapshot, UUID message, Instant now) {
    return sessions.fromStatelessSession(
        session ->
            named(
                        session.createNativeQuery(
                            "select 1 from opening_permission where " + THIS_ONE, Integer.class),
                        mailbox,
                        snapshot,
                        message)
                    .setParameter("now", now)
                    .getSingleResultOrNull()
                != null);
  }

  @Override
  public void keep(Opening opening) {
    sessions.inStatelessTransaction(
        session -> {
          // First: its lock lasts until the end, so that no two openings count at the same time.
          JpaAuditLog.append(session, opening.entry());
          refuseMore(session, opening);
          int used =
              named(
                      session.createNativeMutationQuery(
                          "delete from opening_permission where " + THIS_ONE),
                      opening.mailbox(),
                      opening.snapshot(),
                      opening.message())
                  .setParameter("now", opening.when())
                  .executeUpdate();
          if (used != 1) {
            throw new OpeningRefusedException(
                OpeningRefusedException.Why.NOT_ALLOWED,
                "its user does not allow to open this message of " + opening.mailbox());
          }
          session.insert(new OpeningRow(opening));
          NoticeRow.leave(session, opening.id(), Notice.Kind.MESSAGE_OPENED, opening.when());
        });
  }

  private static void refuseMore(StatelessSession session, Opening opening) {
    Instant since = opening.when().minus(Duration.ofDays(1));
    long ofMailbox =
        session
            .createSelectionQuery(
                "select count(*) from OpeningRow where domain = :domain and localPart = :local and"
                    + " openedAt > :since",
                Long.class)
            .setParameter("domain", opening.mailbox().domain())
            .setParameter("local", opening.mailbox().localPart())
            .setParameter("since", since)
            .getSingleResult();
    long ofAdministrator =
        session
            .createSelectionQuery(
                "select count(*) from OpeningRow where who = :who and openedAt > :since",
                Long.class)
            .setParameter("who", opening.who())
            .setParameter("since", since)
            .getSingleResult();
    if (ofMailbox >= MOST_OF_MAILBOX || ofAdministrator >= MOST_OF_ADMINISTRATOR) {
      throw new OpeningRefusedException(
          OpeningRefusedException.Why.TOO_MANY,
          "within a day %d messages of %s were opened, and %d by %s"
              .formatted(ofMailbox, opening.mailbox(), ofAdministrator, opening.who()));
    }
  }

  private static <Q extends CommonQueryContract> Q named(
      Q query, MailboxAddress mailbox, SnapshotName snapshot, UUID message) {
    query
        .setParameter("domain", mailbox.domain())
        .setParameter("local", mailbox.localPart())
        .setParameter("snapshot", snapshot.text())
        .setParameter("message", message);
    return query;
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
  public void forgetSubjects(Instant before) {
    sessions.inStatelessTransaction(
        session ->
            session
                .createMutationQuery(
                    "update OpeningRow set subject = '' where openedAt < :before and subject <> ''")
                .setParameter("before", before)
                .executeUpdate());
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
