package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** What the owner of a Mailbox prefers. */
@Entity
@Table(name = "preferences")
@IdClass(PreferencesRow.Key.class)
class PreferencesRow {

  /** Identity of a {@link PreferencesRow}. */
  record Key(String domain, String localPart) {

    static Key of(MailboxAddress mailbox) {
      return new Key(mailbox.domain(), mailbox.localPart());
    }
  }

  @Id String domain;

  @Id
  @Column(name = "local_part")
  String localPart;

  String value;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected PreferencesRow() {}

  PreferencesRow(MailboxAddress mailbox, String value) {
    domain = mailbox.domain();
    localPart = mailbox.localPart();
    this.value = value;
  }
}
