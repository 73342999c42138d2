package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;

/**
 * An indexed Snapshot of a Mailbox. What has no such row is not visible, whatever else was written.
 */
@Entity
@Table(name = "snapshot")
@IdClass(SnapshotRow.Key.class)
class SnapshotRow {

  /** Identity of a {@link SnapshotRow}. */
  record Key(long mailboxId, long seq) {}

  @Id
  @Column(name = "mailbox_id")
  long mailboxId;

  @Id long seq;

  String name;

  @Column(name = "taken_at")
  Instant takenAt;

  long messages;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected SnapshotRow() {}

  SnapshotRow(long mailboxId, long seq, String name, Instant takenAt, long messages) {
    this.mailboxId = mailboxId;
    this.seq = seq;
    this.name = name;
    this.takenAt = takenAt;
    this.messages = messages;
  }
}
