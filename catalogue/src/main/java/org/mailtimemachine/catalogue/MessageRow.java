package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The envelope of a Message: written when it is first seen, never changed. */
@Entity
@Table(name = "message")
@IdClass(MessageRow.Key.class)
class MessageRow {

  /** Identity of a {@link MessageRow}. */
  record Key(long mailboxId, UUID id) {}

  @Id
  @Column(name = "mailbox_id")
  long mailboxId;

  @Id UUID id;

  @Column(name = "pool_name")
  String poolName;

  String subject = "";

  @Column(name = "from_text")
  String from = "";

  @Column(name = "to_text")
  String to = "";

  @Column(name = "cc_text")
  String cc = "";

  /** The Message-ID header, where there is one. */
  @Column(name = "header_id")
  @Nullable String headerId;

  @Column(name = "sent_at")
  Instant sentAt;

  @Column(name = "internal_date")
  Instant internalDate;

  long size;
  int attachments;
  String preview = "";

  /** Null where the Message could not be read to its end. */
  byte @Nullable [] sha256;

  @Column(name = "from_key")
  String fromKey = "";

  @Column(name = "subject_key")
  String subjectKey = "";

  @Column(name = "search_text")
  String searchText = "";

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected MessageRow() {}

  /** A Message of which only that much is known. */
  MessageRow(long mailboxId, String poolName, long size, Instant internalDate) {
    this.mailboxId = mailboxId;
    this.id = CatalogueId.message(poolName);
    this.poolName = poolName;
    this.size = size;
    this.internalDate = internalDate;
    this.sentAt = internalDate;
  }
}
