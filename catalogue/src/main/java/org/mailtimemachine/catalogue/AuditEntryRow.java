package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.SealedEntry;

/** A line of the audit log; {@link SealedLog} writes it. */
@Entity
@Immutable
@Table(name = "audit_entry")
class AuditEntryRow {

  @Id long number;

  @Column(name = "occurred_at")
  Instant occurredAt;

  String who;
  String action;
  String subject;
  String detail;
  String seal;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected AuditEntryRow() {}

  SealedEntry sealed() {
    return new SealedEntry(number, new AuditEntry(occurredAt, who, action, subject, detail), seal);
  }
}
