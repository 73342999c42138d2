package org.mailtimemachine.catalogue;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hibernate.SessionFactory;
import org.mailtimemachine.restore.administrator.FollowUp;
import org.mailtimemachine.restore.administrator.FollowUps;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/** Follow-ups in PostgreSQL. */
final class JpaFollowUps implements FollowUps {

  private final SessionFactory sessions;

  JpaFollowUps(SessionFactory sessions) {
    this.sessions = sessions;
  }

  @Override
  public Map<String, FollowUp> about(Collection<String> subjects) {
    if (subjects.isEmpty()) {
      return Map.of();
    }
    return sessions.fromStatelessSession(
        session ->
            session
                .createSelectionQuery(
                    "from FollowUpRow where subject in (:subjects)", FollowUpRow.class)
                .setParameterList("subjects", subjects)
                .getResultStream()
                .map(FollowUpRow::followUp)
                .collect(Collectors.toMap(FollowUp::subject, each -> each)));
  }

  @Override
  public void note(List<FollowUp> followUps, List<AuditEntry> entries) {
    sessions.inStatelessTransaction(
        session -> {
          followUps.forEach(each -> session.upsert(new FollowUpRow(each)));
          entries.forEach(entry -> JpaAuditLog.append(session, entry));
        });
  }
}
