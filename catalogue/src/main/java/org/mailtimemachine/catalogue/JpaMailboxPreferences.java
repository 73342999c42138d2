package org.mailtimemachine.catalogue;

import java.util.Optional;
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
  public void keep(MailboxAddress mailbox, String text) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "preferences of " + mailbox + " have " + text.length() + " characters");
    }
    // One statement (insert, or update where there is a row): two browsers may do it at once.
    sessions.inStatelessTransaction(session -> session.upsert(new PreferencesRow(mailbox, text)));
  }
}
