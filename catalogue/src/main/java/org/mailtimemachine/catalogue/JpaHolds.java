package org.mailtimemachine.catalogue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.hibernate.LockMode;
import org.hibernate.SessionFactory;
import org.hibernate.query.MutationQuery;
import org.hibernate.query.SelectionQuery;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.desk.Notice;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.holds.Hold;
import org.mailtimemachine.snapshot.holds.Holds;

/** Legal holds in PostgreSQL. */
final class JpaHolds implements Holds {

  private final SessionFactory sessions;
  private final DataSource database;

  JpaHolds(SessionFactory sessions, DataSource database) {
    this.sessions = sessions;
    this.database = database;
  }

  @Override
  public List<Hold> newest(Optional<Set<String>> domains, long offset, int most) {
    if (domains.filter(Set::isEmpty).isPresent()) {
      return List.of();
    }
    String where = domains.isPresent() ? " where lower(domain) in (:domains)" : "";
    return sessions.fromStatelessSession(
        session -> {
          SelectionQuery<HoldRow> query =
              session
                  .createSelectionQuery(
                      "from HoldRow"
                          + where
                          + " order by liftedAt desc nulls first, placedAt desc, id",
                      HoldRow.class)
                  .setFirstResult(Math.toIntExact(offset))
                  .setMaxResults(most);
          domains.ifPresent(names -> query.setParameterList("domains", names));
          return query.getResultStream().map(HoldRow::hold).toList();
        });
  }

  @Override
  public long count(Optional<Set<String>> domains) {
    if (domains.filter(Set::isEmpty).isPresent()) {
      return 0;
    }
    String where = domains.isPresent() ? " where lower(domain) in (:domains)" : "";
    return sessions.fromStatelessSession(
        session -> {
          SelectionQuery<Long> query =
              session.createSelectionQuery("select count(*) from HoldRow" + where, Long.class);
          domains.ifPresent(names -> query.setParameterList("domains", names));
          return query.getSingleResult();
        });
  }

  @Override
  public Optional<Hold> find(UUID id) {
    return sessions.fromStatelessSession(
        session -> Optional.ofNullable(session.get(HoldRow.class, id)).map(HoldRow::hold));
  }

  @Override
  public void place(Hold hold, AuditEntry entry) {
    sessions.inStatelessTransaction(
        session -> {
          session.insert(new HoldRow(hold));
          JpaAuditLog.append(session, entry);
        });
  }

  @Override
  public boolean lift(UUID id, Hold.Lifted lifted, AuditEntry entry) {
    return sessions.fromStatelessTransaction(
        session -> {
          @Nullable HoldRow row = session.get(HoldRow.class, id, LockMode.PESSIMISTIC_WRITE);
          if (row == null || row.liftedAt != null) {
            return false;
          }
          row.liftedBy = lifted.who();
          row.liftedAt = lifted.when();
          row.liftReason = lifted.reason();
          session.update(row);
          NoticeRow.leave(session, id, Notice.Kind.HOLD_LIFTED, lifted.when());
          JpaAuditLog.append(session, entry);
          return true;
        });
  }

  @Override
  public List<Hold> unsettled() {
    return sessions.fromStatelessSession(
        session ->
            session
                .createSelectionQuery(
                    "from HoldRow where not settled order by placedAt", HoldRow.class)
                .getResultStream()
                .map(HoldRow::hold)
                .toList());
  }

  @Override
  public Optional<Turn> tryTurn() {
    return ServerTurn.tryTake(ServerTurn.Work.HOLDS, database).map(turn -> turn::close);
  }

  @Override
  public void kept(UUID id, int failing, Instant when) {
    String inForce = failing == 0 ? ", inForceAt = :when" : "";
    sessions.inStatelessTransaction(
        session -> {
          MutationQuery update =
              session
                  .createMutationQuery(
                      "update HoldRow set failing = :failing" + inForce + " where id = :id")
                  .setParameter("failing", failing)
                  .setParameter("id", id);
          if (failing == 0) {
            update.setParameter("when", when);
          }
          update.executeUpdate();
        });
  }

  @Override
  public void settled(UUID id) {
    sessions.inStatelessTransaction(
        session ->
            session
                .createMutationQuery("update HoldRow set settled = true where id = :id")
                .setParameter("id", id)
                .executeUpdate());
  }
}
