package org.mailtimemachine.catalogue;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.hibernate.LockMode;
import org.hibernate.SessionFactory;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.catalogue.MailboxPreferences;

/** Preferences in PostgreSQL, beside the Catalogue. */
final class JpaMailboxPreferences implements MailboxPreferences {

  private final SessionFactory sessions;

  JpaMailboxPreferences(SessionFactory sessions) {
    this.sessions = sessions;
  }

  @Override
  public Optional<String> find(MailboxAddress mailbox) {
    return sessions.fromStatelessSession(
        session ->
            Optional.ofNullable(session.get(PreferencesRow.class, PreferencesRow.Key.of(mailbox)))
                .map(row -> row.value));
  }

  @Override
  public String change(MailboxAddress mailbox, UnaryOperator<String> change) {
    return sessions.fromStatelessTransaction(
        session -> {
          // There must be a row that can be locked: two browsers may do it at once.
          session
              .createMutationQuery(
                  """
                  insert into PreferencesRow (domain, localPart, value)
                  values (:domain, :local, '') on conflict do nothing
                  """)
              .setParameter("domain", mailbox.domain())
              .setParameter("local", mailbox.localPart())
              .executeUpdate();
          PreferencesRow row =
              session.get(
                  PreferencesRow.class, PreferencesRow.Key.of(mailbox), LockMode.PESSIMISTIC_WRITE);
          String text = change.apply(row.value);
          if (text.length() > LONGEST) {
            throw new IllegalArgumentException(
                "preferences of " + mailbox + " have " + text.length() + " characters");
          }
          row.value = text;
          session.update(row);
          return text;
        });
  }
}
