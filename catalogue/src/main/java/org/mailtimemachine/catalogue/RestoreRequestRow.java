package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.desk.Decision;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.Outcome;
import org.mailtimemachine.restore.desk.PlanSummary;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.restore.terms.Price;
import org.mailtimemachine.snapshot.SnapshotName;

/** A Restore request. */
@Entity
@Table(name = "restore_request")
class RestoreRequestRow {

  @Id UUID id;
  String domain;

  @Column(name = "local_part")
  String localPart;

  String snapshot;

  @Enumerated(EnumType.STRING)
  @Column(columnDefinition = "text")
  FiledRequest.Asked asked;

  @Enumerated(EnumType.STRING)
  @Column(columnDefinition = "text")
  RestoreRequest.Target target;

  boolean moved;

  @Column(name = "requested_at")
  Instant requestedAt;

  String reason;
  String language;
  long messages;
  long bytes;
  long present;
  long elsewhere;
  BigDecimal price;
  String currency;

  @Column(name = "per_request")
  BigDecimal perRequest;

  @Column(name = "per_message")
  BigDecimal perMessage;

  @Column(name = "per_gigabyte")
  BigDecimal perGigabyte;

  @Column(name = "confirmable_until")
  Instant confirmableUntil;

  @Enumerated(EnumType.STRING)
  @Column(columnDefinition = "text")
  RequestState state;

  boolean holding;

  /** Null where one administrator was enough. */
  @Column(name = "second_above")
  @Nullable Long secondAbove;

  @Column(name = "first_by")
  @Nullable String firstBy;

  @Column(name = "first_at")
  @Nullable Instant firstAt;

  @Column(name = "decided_by")
  @Nullable String decidedBy;

  @Column(name = "decided_at")
  @Nullable Instant decidedAt;

  @Column(name = "decision_reason")
  @Nullable String decisionReason;

  @Column(name = "finished_at")
  @Nullable Instant finishedAt;

  long added;

  @Column(name = "added_bytes")
  long addedBytes;

  @Column(name = "came_back")
  long cameBack;

  long refused;

  @Column(name = "taken_back")
  long takenBack;

  String problem;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected RestoreRequestRow() {}

  /** A row of a request that is new. */
  @SuppressWarnings("NullAway.Init") // set() sets the rest
  RestoreRequestRow(FiledRequest request) {
    id = request.id();
    domain = request.mailbox().domain();
    localPart = request.mailbox().localPart();
    snapshot = request.snapshot().text();
    asked = request.asked();
    target = request.target();
    moved = request.moved();
    requestedAt = request.requestedAt();
    reason = request.reason();
    language = request.language().toLanguageTag();
    confirmableUntil = request.until();
    holding = true;
    set(request);
  }

  /** Takes over what may change. */
  final void set(FiledRequest request) {
    state = request.state();
    messages = request.plan().messages();
    bytes = request.plan().bytes();
    present = request.plan().present();
    elsewhere = request.plan().moved();
    price = request.plan().price().amount();
    currency = request.plan().rate().currency().getCurrencyCode();
    perRequest = request.plan().rate().perRequest();
    perMessage = request.plan().rate().perMessage();
    perGigabyte = request.plan().rate().perGigabyte();
    secondAbove = request.secondAbove().orElse(null);
    request
        .first()
        .ifPresent(
            first -> {
              firstBy = first.who();
              firstAt = first.when();
            });
    request
        .decision()
        .ifPresent(
            decision -> {
              decidedBy = decision.who();
              decidedAt = decision.when();
              decisionReason = decision.reason();
            });
    // Also back to nothing: what was stopped and goes on has not come to an end.
    Optional<Outcome> outcome = request.outcome();
    finishedAt = outcome.map(Outcome::finished).orElse(null);
    added = outcome.map(Outcome::added).orElse(0L);
    addedBytes = outcome.map(Outcome::addedBytes).orElse(0L);
    cameBack = outcome.map(Outcome::there).orElse(0L);
    refused = outcome.map(Outcome::refused).orElse(0L);
    takenBack = outcome.map(Outcome::takenBack).orElse(0L);
    problem = request.problem();
  }

  /** Whether somebody else was the first to confirm it than whoever changes it now has seen. */
  boolean firstConfirmedByAnother(FiledRequest now) {
    return firstBy != null && now.first().filter(first -> !first.who().equals(firstBy)).isPresent();
  }

  FiledRequest request() {
    return new FiledRequest(
        id,
        MailboxAddress.of(localPart + "@" + domain),
        new SnapshotName(snapshot),
        asked,
        target,
        moved,
        requestedAt,
        reason,
        Locale.forLanguageTag(language),
        new PlanSummary(
            messages,
            bytes,
            present,
            elsewhere,
            new Price(Currency.getInstance(currency), perRequest, perMessage, perGigabyte)),
        confirmableUntil,
        state,
        Optional.ofNullable(secondAbove),
        first(),
        decision(),
        outcome(),
        problem);
  }

  /** Who of two has confirmed it. */
  Optional<Decision> first() {
    return firstBy == null || firstAt == null
        ? Optional.empty()
        : Optional.of(new Decision(firstBy, firstAt, ""));
  }

  private Optional<Decision> decision() {
    return decidedBy == null || decidedAt == null || decisionReason == null
        ? Optional.empty()
        : Optional.of(new Decision(decidedBy, decidedAt, decisionReason));
  }

  private Optional<Outcome> outcome() {
    return finishedAt == null
        ? Optional.empty()
        : Optional.of(new Outcome(finishedAt, added, addedBytes, cameBack, refused, takenBack));
  }
}
