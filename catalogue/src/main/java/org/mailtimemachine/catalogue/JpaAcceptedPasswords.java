package org.mailtimemachine.catalogue;

import java.time.Instant;
import java.util.Optional;
import org.hibernate.SessionFactory;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.catalogue.AcceptedPasswords;

/** Accepted passwords in PostgreSQL. */
final class JpaAcceptedPasswords implements AcceptedPasswords {

  private final SessionFactory sessions;

  JpaAcceptedPasswords(SessionFactory sessions) {
    this.sessions = sessions;
  }

  @Override
  public Optional<Proof> find(MailboxAddress mailbox) {
    return sessions.fromStatelessSession(
        session ->
            Optional.ofNullable(
                    session.get(AcceptedPasswordRow.class, PreferencesRow.Key.of(mailbox)))
                .map(row -> new Proof(row.hash, row.at)));
  }

  @Override
  public void keep(MailboxAddress mailbox, Proof proof, Instant oldest) {
    sessions.inStatelessTransaction(
        session -> {
          session.upsert(new AcceptedPasswordRow(mailbox, proof));
          session
              .createMutationQuery("delete from AcceptedPasswordRow where at < :oldest")
              .setParameter("oldest", oldest)
              .executeUpdate();
        });
  }
}
