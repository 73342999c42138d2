package org.mailtimemachine.restore.desk;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.Hindrance;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.RestoreScope;
import org.mailtimemachine.restore.terms.Money;
import org.mailtimemachine.restore.terms.Price;
import org.mailtimemachine.snapshot.SnapshotName;

/**
 * A Restore request as it is kept. The messages that it is about stand in its plan, which lies in
 * the Store under the same id.
 *
 * @param language of whoever asked, for what they are told
 * @param until the last moment at which it can be confirmed
 * @param secondAbove above how many messages two must confirm, by the terms when it was asked for;
 *     empty where one is enough
 * @param first who confirmed it where two must; it waits for the second one then
 * @param decision where it does not wait any more
 * @param outcome where it was carried out or given up
 * @param problem the name of the {@link Hindrance} why it could not be carried out so far; empty
 *     where nothing is in its way
 */
public record FiledRequest(
    UUID id,
    MailboxAddress mailbox,
    SnapshotName snapshot,
    Asked asked,
    RestoreRequest.Target target,
    boolean moved,
    Instant requestedAt,
    String reason,
    Locale language,
    PlanSummary plan,
    Instant until,
    RequestState state,
    Optional<Long> secondAbove,
    Optional<Decision> first,
    Optional<Decision> decision,
    Optional<Outcome> outcome,
    String problem) {

  /** What was asked for, in a word. */
  public enum Asked {
    MESSAGES,
    FOLDERS,
    MAILBOX,
    /** Messages that no Snapshot has. */
    COPIES;

    static Asked of(RestoreScope scope) {
      return switch (scope) {
        case RestoreScope.Messages _ -> MESSAGES;
        case RestoreScope.Folders _ -> FOLDERS;
        case RestoreScope.WholeMailbox _ -> MAILBOX;
        case RestoreScope.Copies _ -> COPIES;
      };
    }
  }

  /** Why it could not be carried out so far. */
  public Optional<Hindrance> hindrance() {
    return problem.isEmpty() ? Optional.empty() : Optional.of(Hindrance.named(problem));
  }

  /** A request of which nobody knows yet. */
  static FiledRequest draft(RestoreRequest request, Locale language, Instant until) {
    return new FiledRequest(
        request.id(),
        request.mailbox(),
        request.snapshot(),
        Asked.of(request.scope()),
        request.target(),
        request.moved(),
        request.requestedAt(),
        request.reason(),
        language,
        PlanSummary.NONE,
        until,
        RequestState.DRAFT,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "");
  }

  /**
   * One that the database has lost, as far as the Store knows of it. What was begun had its charge
   * when it was confirmed, which is lost: it costs nothing more.
   */
  static FiledRequest found(
      RestorePlan plan, RequestNote note, RequestState state, Decision found, Instant until) {
    return new FiledRequest(
        plan.id(),
        plan.mailbox(),
        plan.snapshot(),
        note.asked(),
        plan.target(),
        plan.alsoMoved(),
        plan.made(),
        note.reason(),
        note.language(),
        PlanSummary.of(plan, state == RequestState.PENDING ? note.rate() : Price.FREE),
        until,
        state,
        note.secondAbove(),
        Optional.empty(),
        state == RequestState.PENDING ? Optional.empty() : Optional.of(found),
        Optional.empty(),
        "");
  }

  /**
   * Whether its price is owed: once it was confirmed, until it is found that nothing came of it.
   */
  public boolean owed() {
    return switch (state) {
      case CONFIRMED, STOPPED -> true;
      case DONE, TAKEN_BACK -> outcome.filter(result -> result.added() > 0).isPresent();
      case DRAFT, PENDING, FAILED, REJECTED, WITHDRAWN, LAPSED -> false;
    };
  }

  /**
   * What it costs: the price that was shown, and once it is done no more than what came back costs
   * by the same terms.
   */
  public Money cost() {
    return outcome
        .filter(_ -> state == RequestState.DONE || state == RequestState.TAKEN_BACK)
        .map(result -> plan.costOf(result.added(), result.addedBytes()))
        .orElseGet(plan::price);
  }

  FiledRequest planned(PlanSummary summary, Optional<Long> twoAbove) {
    return with(RequestState.PENDING, summary, twoAbove, first, decision, outcome, problem);
  }

  /** Confirmed by one where two must. */
  FiledRequest confirmedFirst(Decision by) {
    return with(state, plan, secondAbove, Optional.of(by), decision, outcome, problem);
  }

  FiledRequest decided(RequestState now, Decision taken) {
    return with(now, plan, Optional.of(taken), outcome, problem);
  }

  FiledRequest ended(RequestState now, Outcome result, String why) {
    return with(now, plan, decision, Optional.of(result), why);
  }

  FiledRequest hindered(Hindrance why) {
    return with(state, plan, decision, outcome, why.name());
  }

  FiledRequest stopped() {
    return with(RequestState.STOPPED, plan, decision, outcome, "");
  }

  FiledRequest resumed() {
    return with(RequestState.CONFIRMED, plan, decision, Optional.empty(), "");
  }

  private FiledRequest with(
      RequestState now,
      PlanSummary summary,
      Optional<Decision> taken,
      Optional<Outcome> result,
      String why) {
    return with(now, summary, secondAbove, first, taken, result, why);
  }

  private FiledRequest with(
      RequestState now,
      PlanSummary summary,
      Optional<Long> twoAbove,
      Optional<Decision> firstOfTwo,
      Optional<Decision> taken,
      Optional<Outcome> result,
      String why) {
    return new FiledRequest(
        id,
        mailbox,
        snapshot,
        asked,
        target,
        moved,
        requestedAt,
        reason,
        language,
        summary,
        until,
        now,
        twoAbove,
        firstOfTwo,
        taken,
        result,
        why);
  }
}
