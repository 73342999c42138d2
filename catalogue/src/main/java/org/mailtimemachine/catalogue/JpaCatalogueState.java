package org.mailtimemachine.catalogue;

import java.lang.System.Logger.Level;
import org.hibernate.HibernateException;
import org.hibernate.SessionFactory;
import org.mailtimemachine.snapshot.catalogue.CatalogueState;

/** What PostgreSQL says of the Catalogue. */
final class JpaCatalogueState implements CatalogueState {

  private static final System.Logger LOG = System.getLogger(JpaCatalogueState.class.getName());

  private final SessionFactory sessions;

  JpaCatalogueState(SessionFactory sessions) {
    this.sessions = sessions;
  }

  @Override
  public boolean answers() {
    try {
      return number("select 1") == 1;
    } catch (HibernateException e) {
      LOG.log(Level.DEBUG, "The database does not answer", e);
      return false;
    }
  }

  @Override
  public boolean isEmpty() {
    return number("select count(*) from (select 1 from snapshot limit 1) as any_of_them") == 0;
  }

  /** PostgreSQL says -1 before the first analyze. */
  @Override
  public long messages() {
    return Math.max(
        0,
        number(
            "select cast(reltuples as bigint) from pg_class where oid = to_regclass('message')"));
  }

  private long number(String query) {
    return sessions.fromStatelessSession(
        session -> session.createNativeQuery(query, Long.class).getSingleResult());
  }
}
