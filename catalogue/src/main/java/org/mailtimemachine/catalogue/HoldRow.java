package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.holds.Hold;

/** A legal hold. */
@Entity
@Table(name = "hold")
class HoldRow {

  @Id UUID id;
  String domain;

  /** Null for all Mailboxes of the domain. */
  @Column(name = "local_part")
  @Nullable String localPart;

  String reason;

  @Column(name = "placed_by")
  String placedBy;

  @Column(name = "placed_at")
  Instant placedAt;

  @Column(name = "until_day")
  @Nullable LocalDate untilDay;

  @Column(name = "lifted_by")
  @Nullable String liftedBy;

  @Column(name = "lifted_at")
  @Nullable Instant liftedAt;

  @Column(name = "lift_reason")
  @Nullable String liftReason;

  boolean settled;

  @Column(name = "by_host")
  boolean byHost;

  @Column(name = "in_force_at")
  @Nullable Instant inForceAt;

  int failing;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected HoldRow() {}

  HoldRow(Hold hold) {
    id = hold.id();
    domain = hold.mailbox().map(MailboxAddress::domain).orElse(hold.domain());
    localPart = hold.mailbox().map(MailboxAddress::localPart).orElse(null);
    reason = hold.reason();
    placedBy = hold.who();
    placedAt = hold.since();
    untilDay = hold.until().orElse(null);
    byHost = hold.byHost();
  }

  Hold hold() {
    return new Hold(
        id,
        domain,
        Optional.ofNullable(localPart).map(local -> new MailboxAddress(local, domain)),
        reason,
        Optional.ofNullable(untilDay),
        placedBy,
        byHost,
        placedAt,
        lifted(),
        Optional.ofNullable(inForceAt),
        failing);
  }

  private Optional<Hold.Lifted> lifted() {
    return liftedBy == null || liftedAt == null || liftReason == null
        ? Optional.empty()
        : Optional.of(new Hold.Lifted(liftedBy, liftedAt, liftReason));
  }
}
