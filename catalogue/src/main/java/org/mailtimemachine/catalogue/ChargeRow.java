package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.Outcome;
import org.mailtimemachine.restore.terms.Charge;
import org.mailtimemachine.restore.terms.Money;

/** What is owed for a request; its key is the request's: there is one at most. */
@Entity
@Table(name = "charge")
class ChargeRow {

  @Id UUID request;
  String domain;

  @Column(name = "local_part")
  String localPart;

  @Column(name = "confirmed_at")
  Instant confirmedAt;

  long messages;
  long bytes;
  BigDecimal amount;
  String currency;

  @Column(name = "withdrawn_at")
  @Nullable Instant withdrawnAt;

  long number;
  long changed;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected ChargeRow() {}

  ChargeRow(FiledRequest confirmed, Instant when, long number, long changed) {
    this.number = number;
    this.changed = changed;
    request = confirmed.id();
    domain = confirmed.mailbox().domain();
    localPart = confirmed.mailbox().localPart();
    confirmedAt = when;
    messages = confirmed.plan().messages();
    bytes = confirmed.plan().bytes();
    amount = confirmed.plan().price().amount();
    currency = confirmed.plan().price().currency().getCurrencyCode();
  }

  /** Takes over what came back. @return whether that changes anything */
  boolean lower(FiledRequest done) {
    Outcome outcome = done.outcome().orElseThrow();
    if (outcome.added() == messages && outcome.addedBytes() == bytes) {
      return false;
    }
    messages = outcome.added();
    bytes = outcome.addedBytes();
    amount = done.cost().amount();
    return true;
  }

  Charge charge() {
    return new Charge(
        request,
        new MailboxAddress(localPart, domain),
        confirmedAt,
        messages,
        bytes,
        new Money(amount, Currency.getInstance(currency)),
        Optional.ofNullable(withdrawnAt),
        number,
        changed);
  }
}
