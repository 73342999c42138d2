package org.mailtimemachine.catalogue;

import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.terms.Terms;
import org.mailtimemachine.restore.terms.TermsBook;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/** The terms of domains in PostgreSQL. */
final class JpaTermsBook implements TermsBook {

  private final SessionFactory sessions;

  JpaTermsBook(SessionFactory sessions) {
    this.sessions = sessions;
  }

  @Override
  public Terms of(String domain) {
    return sessions.fromStatelessSession(
        session -> {
          @Nullable TermsRow own = session.get(TermsRow.class, domain.toLowerCase(Locale.ROOT));
          return own == null ? ofHost(session) : own.terms();
        });
  }

  @Override
  public Terms ofHost() {
    return sessions.fromStatelessSession(JpaTermsBook::ofHost);
  }

  private static Terms ofHost(StatelessSession session) {
    @Nullable TermsRow host = session.get(TermsRow.class, TermsRow.HOST);
    return host == null ? Terms.USUAL : host.terms();
  }

  @Override
  public SortedMap<String, Terms> ofDomains() {
    SortedMap<String, Terms> all = new TreeMap<>();
    sessions.inStatelessSession(
        session ->
            session
                .createSelectionQuery("from TermsRow where domain <> :host", TermsRow.class)
                .setParameter("host", TermsRow.HOST)
                .getResultStream()
                .forEach(row -> all.put(row.domain, row.terms())));
    return all;
  }

  @Override
  public void set(Optional<String> domain, Terms terms, AuditEntry entry) {
    String name = domain.orElse(TermsRow.HOST).toLowerCase(Locale.ROOT);
    sessions.inStatelessTransaction(
        session -> {
          session.upsert(new TermsRow(name, terms));
          JpaAuditLog.append(session, entry);
        });
  }

  @Override
  public void remove(String domain, AuditEntry entry) {
    sessions.inStatelessTransaction(
        session -> {
          session
              .createMutationQuery("delete from TermsRow where domain = :domain")
              .setParameter("domain", domain.toLowerCase(Locale.ROOT))
              .executeUpdate();
          JpaAuditLog.append(session, entry);
        });
  }
}
