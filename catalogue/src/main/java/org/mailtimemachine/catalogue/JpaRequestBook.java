package org.mailtimemachine.catalogue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.hibernate.LockMode;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.query.CommonQueryContract;
import org.hibernate.query.SelectionQuery;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.Notice;
import org.mailtimemachine.restore.desk.RequestBook;
import org.mailtimemachine.restore.desk.RequestLimits;
import org.mailtimemachine.restore.desk.RequestPage;
import org.mailtimemachine.restore.desk.RequestQuery;
import org.mailtimemachine.restore.desk.RequestRefusedException.Why;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/** Requests in PostgreSQL. */
final class JpaRequestBook implements RequestBook {

  /** Sets the locks of Mailboxes apart from all others: hash codes have 32 bits. */
  private static final long KEY = 0x6d_74_6d_72L << 32;

  private static final Duration DAY = Duration.ofDays(1);

  private final SessionFactory sessions;

  JpaRequestBook(SessionFactory sessions) {
    this.sessions = sessions;
  }

  @Override
  public Optional<Why> file(FiledRequest draft, RequestLimits limits) {
    return sessions.fromStatelessTransaction(
        session -> {
          // Of two that are filed at once, each would else not see the other.
          TransactionLock.take(session, KEY | (draft.mailbox().hashCode() & 0xFFFF_FFFFL));
          Optional<Why> refusal = refusal(session, draft.mailbox(), draft.requestedAt(), limits);
          if (refusal.isEmpty()) {
            session.insert(new RestoreRequestRow(draft));
          }
          return refusal;
        });
  }

  @Override
  public Optional<Why> refusal(MailboxAddress mailbox, Instant now, RequestLimits limits) {
    return sessions.fromStatelessSession(session -> refusal(session, mailbox, now, limits));
  }

  private static Optional<Why> refusal(
      StatelessSession session, MailboxAddress mailbox, Instant now, RequestLimits limits) {
    long open =
        count(session, mailbox, "state in (:open)")
            .setParameterList("open", RequestState.allLimited())
            .getSingleResult();
    if (open >= limits.open()) {
      return Optional.of(Why.TOO_MANY_OPEN);
    }
    long filed =
        count(session, mailbox, "requestedAt > :since")
            .setParameter("since", now.minus(DAY))
            .getSingleResult();
    return filed >= limits.requestsADay() ? Optional.of(Why.TOO_MANY_REQUESTS) : Optional.empty();
  }

  private static SelectionQuery<Long> count(
      StatelessSession session, MailboxAddress mailbox, String which) {
    return session
        .createSelectionQuery(
            "select count(*) from RestoreRequestRow where domain = :domain and localPart = :local"
                + " and "
                + which,
            Long.class)
        .setParameter("domain", mailbox.domain())
        .setParameter("local", mailbox.localPart());
  }

  @Override
  public boolean keepFound(FiledRequest request, AuditEntry entry, Optional<Notice.Kind> notice) {
    return sessions.fromStatelessTransaction(
        session -> {
          // Two servers find it at once.
          TransactionLock.take(session, KEY | (request.mailbox().hashCode() & 0xFFFF_FFFFL));
          if (session.get(RestoreRequestRow.class, request.id()) != null) {
            return false;
          }
          session.insert(new RestoreRequestRow(request));
          notice.ifPresent(kind -> NoticeRow.leave(session, request.id(), kind, entry.when()));
          JpaAuditLog.append(session, entry);
          return true;
        });
  }

  @Override
  public void forget(UUID draft) {
    sessions.inStatelessTransaction(
        session ->
            session
                .createMutationQuery(
                    "delete from RestoreRequestRow where id = :id and state = :draft")
                .setParameter("id", draft)
                .setParameter("draft", RequestState.DRAFT)
                .executeUpdate());
  }

  @Override
  public List<FiledRequest> drafts(Instant before) {
    return list(
        session ->
            session
                .createSelectionQuery(
                    "from RestoreRequestRow where state = :draft and requestedAt < :before",
                    RestoreRequestRow.class)
                .setParameter("draft", RequestState.DRAFT)
                .setParameter("before", before)
                .getResultList());
  }

  @Override
  public Optional<FiledRequest> find(UUID id) {
    return sessions.fromStatelessSession(
        session ->
            Optional.ofNullable(session.get(RestoreRequestRow.class, id))
                .map(RestoreRequestRow::request));
  }

  @Override
  public List<FiledRequest> ofMailbox(MailboxAddress mailbox, int most) {
    return list(
        session ->
            session
                .createSelectionQuery(
                    "from RestoreRequestRow where domain = :domain and localPart = :local and"
                        + " state <> :draft order by requestedAt desc, id",
                    RestoreRequestRow.class)
                .setParameter("domain", mailbox.domain())
                .setParameter("local", mailbox.localPart())
                .setParameter("draft", RequestState.DRAFT)
                .setMaxResults(most)
                .getResultList());
  }

  @Override
  public RequestPage page(RequestQuery query) {
    if (query.states().isEmpty() || query.domains().filter(List.of()::containsAll).isPresent()) {
      return new RequestPage(List.of(), 0);
    }
    String where =
        " from RestoreRequestRow where state in (:states) and state <> :draft"
            + (query.domains().isPresent() ? " and domain in (:domains)" : "")
            + (query.mailbox().isEmpty()
                ? ""
                : " and position(:mailbox in lower(localPart || '@' || domain)) > 0");
    return sessions.fromStatelessSession(
        session ->
            new RequestPage(
                with(
                        query,
                        session.createSelectionQuery(
                            where + " order by requestedAt desc, id", RestoreRequestRow.class))
                    .setFirstResult(Math.toIntExact(query.offset()))
                    .setMaxResults(query.limit())
                    .getResultStream()
                    .map(RestoreRequestRow::request)
                    .toList(),
                with(query, session.createSelectionQuery("select count(*)" + where, Long.class))
                    .getSingleResult()));
  }

  private static <Q extends CommonQueryContract> Q with(RequestQuery query, Q asked) {
    asked.setParameterList("states", query.states());
    asked.setParameter("draft", RequestState.DRAFT);
    query.domains().ifPresent(domains -> asked.setParameterList("domains", domains));
    if (!query.mailbox().isEmpty()) {
      asked.setParameter("mailbox", query.mailbox().toLowerCase(Locale.ROOT));
    }
    return asked;
  }

  @Override
  public List<FiledRequest> in(RequestState state, Set<UUID> but, int most) {
    String which = but.isEmpty() ? "" : " and id not in (:but)";
    return list(
        session -> {
          SelectionQuery<RestoreRequestRow> query =
              session
                  .createSelectionQuery(
                      "from RestoreRequestRow where state = :state"
                          + which
                          + " order by requestedAt, id",
                      RestoreRequestRow.class)
                  .setParameter("state", state)
                  .setMaxResults(most);
          if (!but.isEmpty()) {
            query.setParameterList("but", but);
          }
          return query.getResultList();
        });
  }

  @Override
  public long messagesSince(MailboxAddress mailbox, Instant moment, Set<RequestState> states) {
    return sessions.fromStatelessSession(
        session ->
            session
                .createSelectionQuery(
                    "select coalesce(sum(messages), 0) from RestoreRequestRow where domain ="
                        + " :domain and localPart = :local and requestedAt >= :moment and state"
                        + " in (:states)",
                    Long.class)
                .setParameterList("states", states)
                .setParameter("domain", mailbox.domain())
                .setParameter("local", mailbox.localPart())
                .setParameter("moment", moment)
                .getSingleResult());
  }

  @Override
  public boolean replace(
      RequestState from, FiledRequest now, AuditEntry entry, Optional<Notice.Kind> notice) {
    return sessions.fromStatelessTransaction(
        session -> {
          // Whoever comes second waits here, and then sees what the first one made of it.
          @Nullable RestoreRequestRow row =
              session.get(RestoreRequestRow.class, now.id(), LockMode.PESSIMISTIC_WRITE);
          if (row == null || row.state != from || row.firstConfirmedByAnother(now)) {
            return false;
          }
          row.set(now);
          session.update(row);
          JpaCharges.follow(session, from, now, entry.when());
          notice.ifPresent(kind -> NoticeRow.leave(session, now.id(), kind, entry.when()));
          JpaAuditLog.append(session, entry);
          return true;
        });
  }

  @Override
  public boolean confirmedFirst(FiledRequest seen, FiledRequest now, AuditEntry entry) {
    return sessions.fromStatelessTransaction(
        session -> {
          @Nullable RestoreRequestRow row =
              session.get(RestoreRequestRow.class, now.id(), LockMode.PESSIMISTIC_WRITE);
          if (row == null
              || row.state != RequestState.PENDING
              || !row.first().equals(seen.first())) {
            return false;
          }
          row.set(now);
          session.update(row);
          NoticeRow.leaveAgain(session, now.id(), Notice.Kind.FIRST_CONFIRMED, entry.when());
          JpaAuditLog.append(session, entry);
          return true;
        });
  }

  @Override
  public List<FiledRequest> holding(int most) {
    return list(
        session ->
            session
                .createSelectionQuery(
                    "from RestoreRequestRow where holding and state not in (:open) order by"
                        + " requestedAt, id",
                    RestoreRequestRow.class)
                .setParameterList("open", RequestState.allOpen())
                .setMaxResults(most)
                .getResultList());
  }

  @Override
  public void released(UUID id) {
    sessions.inStatelessTransaction(
        session ->
            session
                .createMutationQuery("update RestoreRequestRow set holding = false where id = :id")
                .setParameter("id", id)
                .executeUpdate());
  }

  private interface Question {
    List<RestoreRequestRow> ask(StatelessSession session);
  }

  private List<FiledRequest> list(Question question) {
    return sessions.fromStatelessSession(
        session -> question.ask(session).stream().map(RestoreRequestRow::request).toList());
  }
}
