package org.mailtimemachine.catalogue;

import java.util.List;
import java.util.Optional;
import org.hibernate.SessionFactory;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.Administrators;

/** Administrators in PostgreSQL. */
final class JpaAdministrators implements Administrators {

  private final SessionFactory sessions;

  JpaAdministrators(SessionFactory sessions) {
    this.sessions = sessions;
  }

  @Override
  public Optional<Account> find(String name) {
    return sessions.fromStatelessSession(
        session ->
            Optional.ofNullable(session.get(AdministratorRow.class, name))
                .map(AdministratorRow::account));
  }

  @Override
  public List<Administrator> all() {
    return sessions.fromStatelessSession(
        session ->
            session
                .createSelectionQuery("from AdministratorRow order by name", AdministratorRow.class)
                .getResultStream()
                .map(AdministratorRow::administrator)
                .toList());
  }
}
