package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** A Mailbox that has a Snapshot in the Catalogue. */
@Entity
@Table(name = "mailbox")
class MailboxRow {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  String domain;

  @Column(name = "local_part")
  String localPart;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected MailboxRow() {}

  MailboxRow(MailboxAddress address) {
    domain = address.domain();
    localPart = address.localPart();
  }
}
