package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.catalogue.AcceptedPasswords.Proof;

/** What proves the last password of a Mailbox. */
@Entity
@Table(name = "accepted_password")
@IdClass(PreferencesRow.Key.class)
class AcceptedPasswordRow {

  @Id String domain;

  @Id
  @Column(name = "local_part")
  String localPart;

  String hash;
  Instant at;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected AcceptedPasswordRow() {}

  AcceptedPasswordRow(MailboxAddress mailbox, Proof proof) {
    domain = mailbox.domain();
    localPart = mailbox.localPart();
    hash = proof.hash();
    at = proof.at();
  }
}
