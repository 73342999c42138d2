package org.mailtimemachine.catalogue;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.hibernate.LockMode;
import org.hibernate.SessionFactory;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.administrator.SecondFactor;
import org.mailtimemachine.restore.administrator.SecondFactors;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/** Second factors in PostgreSQL. */
final class JpaSecondFactors implements SecondFactors {

  private final SessionFactory sessions;

  JpaSecondFactors(SessionFactory sessions) {
    this.sessions = sessions;
  }

  @Override
  public Optional<SecondFactor> find(String name) {
    return sessions.fromStatelessSession(
        session ->
            Optional.ofNullable(session.get(SecondFactorRow.class, name))
                .map(SecondFactorRow::factor));
  }

  @Override
  public void set(String name, SecondFactor factor, AuditEntry entry) {
    sessions.inStatelessTransaction(
        session -> {
          session.upsert(new SecondFactorRow(name, factor));
          JpaAuditLog.append(session, entry);
        });
  }

  @Override
  public void remove(String name, AuditEntry entry) {
    sessions.inStatelessTransaction(
        session -> {
          session
              .createMutationQuery("delete from SecondFactorRow where name = :name")
              .setParameter("name", name)
              .executeUpdate();
          JpaAuditLog.append(session, entry);
        });
  }

  @Override
  public boolean use(String name, long step, Instant now) {
    return change(
        name,
        row -> {
          if (row.lastStep >= step || row.factor().paused(now)) {
            return false;
          }
          row.lastStep = step;
          row.forgetFailures();
          return true;
        },
        Optional.empty());
  }

  @Override
  public boolean useRecovery(String name, String hash, AuditEntry entry) {
    return change(
        name,
        row -> {
          row.forgetFailures();
          return row.use(hash); // false changes nothing
        },
        Optional.of(entry));
  }

  @Override
  public void failed(String name, Instant now, AuditEntry entry) {
    change(
        name,
        row -> {
          @Nullable Instant last = row.lastFailure;
          boolean again = last != null && now.isBefore(last.plus(SecondFactor.PAUSE));
          row.failures = again ? row.failures + 1 : 1;
          row.lastFailure = now;
          return true;
        },
        Optional.of(entry));
  }

  /** Of two who come at once, the second sees what the first one did. */
  private boolean change(
      String name, Predicate<SecondFactorRow> change, Optional<AuditEntry> entry) {
    return sessions.fromStatelessTransaction(
        session -> {
          @Nullable SecondFactorRow row =
              session.get(SecondFactorRow.class, name, LockMode.PESSIMISTIC_WRITE);
          if (row == null || !change.test(row)) {
            return false;
          }
          session.update(row);
          entry.ifPresent(line -> JpaAuditLog.append(session, line));
          return true;
        });
  }
}
