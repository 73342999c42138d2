package org.mailtimemachine.restore.desk;

import static org.mailtimemachine.restore.desk.RequestRefusedException.Why;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.CopiesOfJobs;
import org.mailtimemachine.restore.Hindrance;
import org.mailtimemachine.restore.KeptCopies;
import org.mailtimemachine.restore.KeptCopy;
import org.mailtimemachine.restore.LiveMail;
import org.mailtimemachine.restore.PlannedMessage;
import org.mailtimemachine.restore.Receipt;
import org.mailtimemachine.restore.RestoreBusyException;
import org.mailtimemachine.restore.RestoreException;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.RestorePlanner;
import org.mailtimemachine.restore.RestoreProgress;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.RestoreScope;
import org.mailtimemachine.restore.RestoreStatus;
import org.mailtimemachine.restore.RestoreStoppedException;
import org.mailtimemachine.restore.Restorer;
import org.mailtimemachine.restore.administrator.Administrators;
import org.mailtimemachine.restore.terms.Money;
import org.mailtimemachine.restore.terms.Terms;
import org.mailtimemachine.restore.terms.TermsBook;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;

/**
 * Where requests are filed, decided, and carried out. Safe for use by several threads and several
 * servers: what happens to a request is decided by the {@link RequestBook}, once; what is done in a
 * Mailbox by the job in the Store, under the id of the request, which can be run again.
 *
 * <p>The order of writes is: draft, job with plan and pin, request; and at the end: state, then job
 * and pin are let go. Whoever is killed in between leaves a draft, or a request that holds what it
 * needs no more: {@link #tidy} ends both.
 */
public final class RestoreDesk {

  private static final System.Logger LOG = System.getLogger(RestoreDesk.class.getName());

  private static final Duration DAY = Duration.ofDays(1);

  /** Nobody plans for so long: whoever filed it is dead. */
  private static final Duration OLD_DRAFT = Duration.ofHours(1);

  private static final int MANY = 1_000;

  /** Bytes of one request that are copied into its job, and read whenever it is planned. */
  private static final long MOST_COPIED = 1L << 30;

  /** Bytes of copies that all jobs of a Mailbox hold, also those that wait to be taken back. */
  private static final long MOST_KEPT = 4 * MOST_COPIED;

  private static final Set<RequestState> UNDER_WAY =
      EnumSet.of(RequestState.CONFIRMED, RequestState.STOPPED);

  /** Users may file and withdraw as they like: nothing of that is kept on the disk. */
  private static final Set<RequestState> FORGOTTEN =
      EnumSet.of(RequestState.DRAFT, RequestState.WITHDRAWN);

  private static final Set<RequestState> TAKEN_BACK_FROM =
      EnumSet.of(RequestState.DONE, RequestState.FAILED);

  private final Path storePath;
  private final Optional<LiveMail> mail;
  private final RequestBook book;
  private final RequestLimits limits;
  private final TermsBook terms;
  private final TwoAdministrators two;
  private final InstantSource clock;
  private final PlanningTurns turns = new PlanningTurns();
  private final LostRequests lost;

  /**
   * @param mail the live mail; without that nothing can be requested
   */
  public RestoreDesk(
      Path store,
      Optional<LiveMail> mail,
      RequestBook book,
      RequestLimits limits,
      TermsBook terms,
      Administrators administrators,
      InstantSource clock) {
    this.storePath = store;
    this.mail = mail;
    this.book = book;
    this.limits = limits;
    this.terms = terms;
    this.two = new TwoAdministrators(book, terms, administrators);
    this.clock = clock;
    this.lost = new LostRequests(book, limits, clock);
  }

  /** Whether this installation can restore at all. */
  public boolean open() {
    return mail.isPresent();
  }

  /** What it would cost to add so many messages to a Mailbox, if it were requested now. */
  public Money price(MailboxAddress mailbox, long messages, long bytes) {
    return terms.of(mailbox.domain()).price().of(messages, bytes);
  }

  /** Whether nobody else would confirm so many messages, if they were requested now. */
  public boolean confirmsAlone(MailboxAddress mailbox, long messages) {
    return messages > 0
        && terms
            .of(mailbox.domain())
            .alone(askedSince(mailbox, clock.instant().minus(DAY)) + messages);
  }

  /** What a Mailbox may ask for now. */
  public Allowance allowance(MailboxAddress mailbox) {
    Instant now = clock.instant();
    long asked = askedSince(mailbox, now.minus(DAY));
    return new Allowance(
        book.refusal(mailbox, now, limits), Math.max(0, limits.messagesADay() - asked), limits);
  }

  /** What the Store knows of the job of a request; empty where that is not kept any more. */
  public Optional<RestoreStatus> job(UUID id) throws IOException {
    try (Store store = Store.open(storePath)) {
      return RestoreStatus.find(store, id);
    }
  }

  /** What it would come to; nothing is kept. */
  public RestorePlan plan(RestoreRequest request) throws IOException, RequestRefusedException {
    try (Store store = Store.open(storePath)) {
      return plan(store, request);
    }
  }

  private RestorePlan plan(Store store, RestoreRequest request)
      throws IOException, RequestRefusedException {
    // Not within the turn: a mail server that does not answer must keep nobody else waiting.
    return new RestorePlanner(store, live(), clock).withQuota(withoutQuota(store, request));
  }

  private RestorePlan withoutQuota(Store store, RestoreRequest request)
      throws IOException, RequestRefusedException {
    requireCopyable(store, request);
    RestorePlanner planner = new RestorePlanner(store, live(), clock);
    try (PlanningTurns.Turn _ = turns.take(request.mailbox())) {
      return planner.withoutQuota(request);
    }
  }

  /** Copies are kept for each request, on the disk of the Store. */
  private static void requireCopyable(Store store, RestoreRequest request)
      throws IOException, RequestRefusedException {
    long bytes = copies(request).copies().stream().mapToLong(KeptCopy::bytes).sum();
    if (bytes > MOST_COPIED) {
      throw new RequestRefusedException(
          Why.TOO_LARGE,
          "%s asks for copies of %d bytes, and may ask for %d at a time"
              .formatted(request.mailbox(), bytes, MOST_COPIED));
    }
    if (bytes > 0 && CopiesOfJobs.bytes(store, request.mailbox()) + bytes > MOST_KEPT) {
      throw new RequestRefusedException(
          Why.TOO_MANY_COPIES,
          "%d bytes of copies are kept for restores of %s at most"
              .formatted(MOST_KEPT, request.mailbox()));
    }
  }

  /** How many bytes it would add; nothing is kept. */
  public long bytes(RestoreRequest request) throws IOException, RequestRefusedException {
    try (Store store = Store.open(storePath)) {
      return withoutQuota(store, request).bytes();
    }
  }

  /**
   * Files a request: from now on it waits for an administrator, and its Snapshot stays. Where the
   * terms of the domain let the user confirm so much alone, it is confirmed at once.
   *
   * @param language in which whoever asks is told what becomes of it
   * @param shown the price that whoever asks has seen: for more than that nobody confirms alone
   * @throws RequestRefusedException where a limit is reached, or nothing is missing
   * @throws RestoreException where the Mailbox or the Snapshot is not there
   */
  public FiledRequest file(RestoreRequest request, Locale language, Optional<Money> shown)
      throws IOException, RequestRefusedException {
    Optional<FiledRequest> known = book.find(request.id());
    if (known.isPresent()) {
      // Sent twice, because the answer to the first one was lost.
      return known
          .filter(same -> same.mailbox().equals(request.mailbox()))
          .filter(same -> same.state() != RequestState.DRAFT)
          .orElseThrow(() -> unknown(request.id()));
    }
    Instant now = clock.instant();
    FiledRequest draft = FiledRequest.draft(request, language, now.plus(limits.toConfirm()));
    Optional<Why> refusal = book.file(draft, limits);
    if (refusal.isPresent()) {
      throw new RequestRefusedException(
          refusal.get(),
          refusal.get() == Why.TOO_MANY_OPEN
              ? "%s has %d open restore requests already"
                  .formatted(request.mailbox(), limits.open())
              : "%s has filed %d restore requests within a day already"
                  .formatted(request.mailbox(), limits.requestsADay()));
    }
    boolean filed = false;
    boolean accepted = false;
    try (Store store = Store.open(storePath)) {
      if (restorer(store).plan(request.id()).isPresent()) {
        throw unknown(request.id()); // the id is a browser's word: that job is somebody else's
      }
      RestorePlan plan = plan(store, request);
      // Looked at before what was asked for is summed up: another one is in one of the two.
      boolean another = filesAnother(draft);
      long asked = check(plan, now);
      Restorer restorer = restorer(store);
      Terms own = terms.of(request.mailbox().domain());
      Money price = own.price().of(plan.messages(), plan.bytes());
      FiledRequest ready = draft.planned(PlanSummary.of(plan, own.price()), own.secondAbove());
      accepted = true;
      restorer.acceptRequested(plan, RequestNote.of(ready).toText(), copies(request));
      boolean alone =
          plan.messages() > 0
              && own.alone(asked)
              && !another
              && shown.filter(most -> price.isAtMost(most)).isPresent();
      if (alone) {
        ready = ready.decided(RequestState.CONFIRMED, new Decision(user(ready), now, ""));
      }
      filed =
          replace(
              RequestState.DRAFT,
              ready,
              user(ready),
              alone ? "by the terms of the domain, for " + price : "",
              alone ? Notice.Kind.SELF_CONFIRMED : Notice.Kind.REQUESTED);
      if (!filed) {
        throw new RestoreException("planning took too long: request the restore again");
      }
      return ready;
    } finally {
      if (!filed && !accepted) {
        book.forget(draft.id());
      } else if (!filed) {
        // Where not even this can be done, the draft stays, by which tidy() finds job and pin.
        attempt(draft, () -> dropDraft(draft));
      }
    }
  }

  private static KeptCopies copies(RestoreRequest request) {
    return request.scope() instanceof RestoreScope.Copies(KeptCopies kept) ? kept : KeptCopies.NONE;
  }

  /** Whether the Mailbox files another request at this moment, of which nobody knows the size. */
  private boolean filesAnother(FiledRequest draft) {
    return book.drafts(draft.requestedAt().plus(DAY)).stream()
        .anyMatch(
            other -> other.mailbox().equals(draft.mailbox()) && !other.id().equals(draft.id()));
  }

  /** How many messages were asked for within a day, with these. */
  private long check(RestorePlan plan, Instant now) throws RequestRefusedException {
    if (plan.changesNothing()) {
      throw new RequestRefusedException(
          Why.NOTHING_MISSING, "nothing of it is missing in " + plan.mailbox());
    }
    long asked = askedSince(plan.mailbox(), now.minus(DAY)) + plan.messages();
    if (asked > limits.messagesADay()) {
      throw new RequestRefusedException(
          Why.TOO_MANY_MESSAGES,
          "%s asked for %d messages within a day, and may ask for %d"
              .formatted(plan.mailbox(), asked, limits.messagesADay()));
    }
    return asked;
  }

  /** Whatever became of it. */
  private long askedSince(MailboxAddress mailbox, Instant moment) {
    return book.messagesSince(mailbox, moment, EnumSet.allOf(RequestState.class));
  }

  /** A user takes a request of his own back. */
  public FiledRequest withdraw(MailboxAddress mailbox, UUID id)
      throws IOException, RequestRefusedException {
    FiledRequest request = find(id);
    if (!request.mailbox().equals(mailbox)) {
      throw unknown(id);
    }
    return decide(request, RequestState.WITHDRAWN, mailbox.toString(), "", Notice.Kind.WITHDRAWN);
  }

  /**
   * An administrator rejects a request.
   *
   * @param reason for its user: {@link Decision#isReason}
   */
  public FiledRequest reject(UUID id, String administrator, String reason)
      throws IOException, RequestRefusedException {
    if (!Decision.isReason(reason)) {
      throw new IllegalArgumentException("nobody is rejected without a reason");
    }
    return decide(find(id), RequestState.REJECTED, administrator, reason, Notice.Kind.REJECTED);
  }

  private FiledRequest decide(
      FiledRequest request, RequestState state, String who, String reason, Notice.Kind notice)
      throws IOException, RequestRefusedException {
    FiledRequest decided = request.decided(state, new Decision(who, clock.instant(), reason));
    if (!replace(RequestState.PENDING, decided, who, reason, notice)) {
      throw notPending(request.id());
    }
    release(decided);
    return decided;
  }

  /**
   * An administrator confirms a request: it is to be {@link #carryOut carried out} from now on.
   * Where the terms of the domain want two, it waits for the second one instead.
   *
   * @throws RequestRefusedException where it does not wait any more, has waited too long, was
   *     confirmed by the same administrator and wants another one, or was confirmed by somebody
   *     else first at the same moment
   */
  public FiledRequest confirm(UUID id, String administrator) throws RequestRefusedException {
    FiledRequest request = find(id);
    Instant now = clock.instant();
    if (now.isAfter(request.until())) {
      throw new RequestRefusedException(
          Why.TOO_LATE, "the request " + id + " could be confirmed until " + request.until());
    }
    Decision taken = new Decision(administrator, now, "");
    if (two.wantsAnother(request, administrator)) {
      return confirmFirst(request, taken);
    }
    FiledRequest confirmed = request.decided(RequestState.CONFIRMED, taken);
    String detail = request.plan().price().isNothing() ? "" : "for " + request.plan().price();
    if (!book.replace(
        RequestState.PENDING,
        confirmed,
        entry(confirmed, administrator, detail),
        Optional.empty())) {
      throw notPending(id);
    }
    return confirmed;
  }

  private FiledRequest confirmFirst(FiledRequest request, Decision taken)
      throws RequestRefusedException {
    if (request.state() != RequestState.PENDING) {
      throw notPending(request.id());
    }
    if (two.first(request).isPresent()) {
      throw new RequestRefusedException(
          Why.SECOND_NEEDED, "somebody else must confirm the request " + request.id() + ", too");
    }
    FiledRequest waiting = request.confirmedFirst(taken);
    String detail = request.first().map(by -> by.who() + " does not count any more").orElse("");
    AuditEntry entry = entry(waiting, "restore.confirmed-first", taken.who(), detail);
    if (!book.confirmedFirst(request, waiting, entry)) {
      throw find(request.id()).state() == RequestState.PENDING
          ? new RequestRefusedException(
              Why.FIRST_MEANWHILE,
              "somebody else was the first to confirm the request " + request.id())
          : notPending(request.id());
    }
    return waiting;
  }

  /**
   * Carries out a request that was confirmed, or what is left of it.
   *
   * @return what became of it: also where an administrator stopped it
   * @throws RestoreBusyException where another server carries it out
   * @throws IOException where it had to stop; the request says why, and can be carried out again
   */
  public FiledRequest carryOut(UUID id, RestoreProgress progress)
      throws IOException, RequestRefusedException {
    FiledRequest request = find(id);
    if (request.state() != RequestState.CONFIRMED) {
      throw notPending(id);
    }
    try (Store store = Store.open(storePath)) {
      Restorer restorer = restorer(store);
      try {
        return end(restorer, request, restorer.run(id, progress), AuditEntry.SYSTEM, false);
      } catch (RestoreStoppedException e) {
        return rest(restorer, id);
      }
    } catch (RestoreBusyException e) {
      throw e; // another server carries it out: nothing is in its way
    } catch (IOException e) {
      hinder(request, e);
      throw e;
    }
  }

  /** A restore that was stopped came to rest: says what is done of it. */
  private FiledRequest rest(Restorer restorer, UUID id)
      throws IOException, RequestRefusedException {
    FiledRequest request = find(id);
    if (request.state() != RequestState.STOPPED) {
      restorer.resume(id); // of two at once, one has stopped it and the other let it go on
      return request;
    }
    Receipt soFar = restorer.receipt(id);
    FiledRequest stopped = request.ended(RequestState.STOPPED, outcome(restorer, soFar), "");
    return book.replace(
            RequestState.STOPPED,
            stopped,
            entry(stopped, AuditEntry.SYSTEM, counts(soFar)),
            Optional.empty())
        ? stopped
        : find(id);
  }

  private void hinder(FiledRequest request, IOException failure) {
    Hindrance why = Hindrance.of(failure);
    if (!request.hindrance().equals(Optional.of(why))) {
      replace(
          RequestState.CONFIRMED,
          request.hindered(why),
          AuditEntry.SYSTEM,
          why.name(), // where things lie on disk is not for everybody who reads the log
          Notice.Kind.HINDERED);
    }
  }

  /**
   * An administrator stops a restore, on whatever server it goes on: it comes to rest between two
   * messages, a second later or so. What was done stays, and {@link #receipt} says what that is. It
   * can {@link #resume go on}, or be {@link #giveUp given up} and then taken back.
   */
  public FiledRequest stop(UUID id, String administrator)
      throws IOException, RequestRefusedException {
    FiledRequest stopped = find(id).stopped();
    if (!book.replace(
        RequestState.CONFIRMED, stopped, entry(stopped, administrator, ""), Optional.empty())) {
      throw notPending(id);
    }
    try (Store store = Store.open(storePath)) {
      restorer(store).stop(id);
    }
    return stopped;
  }

  /** An administrator lets a restore go on that was stopped. */
  public FiledRequest resume(UUID id, String administrator)
      throws IOException, RequestRefusedException {
    FiledRequest confirmed = find(id).resumed();
    if (!book.replace(
        RequestState.STOPPED,
        confirmed,
        entry(confirmed, administrator, "goes on"),
        Optional.empty())) {
      throw notPending(id);
    }
    try (Store store = Store.open(storePath)) {
      restorer(store).resume(id); // whoever finds the mark before that removes it himself: rest()
    }
    return confirmed;
  }

  /** How many messages of a request are dealt with, on whatever server; cheap to ask. */
  public long done(UUID id) throws IOException, RequestRefusedException {
    try (Store store = Store.open(storePath)) {
      return restorer(store).done(id);
    }
  }

  /** An administrator ends a confirmed or stopped request that is not to be carried out. */
  public FiledRequest giveUp(UUID id, String administrator)
      throws IOException, RequestRefusedException {
    FiledRequest request = find(id);
    if (!UNDER_WAY.contains(request.state())) {
      throw notPending(id);
    }
    try (Store store = Store.open(storePath)) {
      Restorer restorer = restorer(store);
      return end(restorer, request, dropped(restorer, request), administrator, true);
    }
  }

  private Receipt dropped(Restorer restorer, FiledRequest request) throws IOException {
    try {
      if (restorer.plan(request.id()).isPresent()) {
        return restorer.drop(request.id());
      }
    } catch (DamagedFileException e) {
      LOG.log(System.Logger.Level.WARNING, "The job of a restore that is given up is damaged", e);
      restorer.discard(request.id());
    }
    // Nothing can come of it any more, and what was done of it nobody knows.
    return new Receipt(request.id(), clock.instant(), List.of(), List.of());
  }

  /**
   * Says how it ended. Not who calls but the Receipt knows whether all was dealt with: a restore
   * may be given up by one who is killed right after, and found to be over by the other.
   */
  private FiledRequest end(
      Restorer restorer, FiledRequest request, Receipt receipt, String who, boolean givenUp)
      throws IOException, RequestRefusedException {
    // Of one that only makes folders, all messages are dealt with before it has begun.
    boolean whole =
        receipt.entries().size() >= request.plan().messages()
            && !(givenUp && request.plan().messages() == 0);
    FiledRequest ended =
        request.ended(
            whole ? RequestState.DONE : RequestState.FAILED,
            outcome(restorer, receipt),
            whole ? "" : request.problem());
    Notice.Kind notice = whole ? Notice.Kind.DONE : Notice.Kind.FAILED;
    // It may have come to its end while an administrator stopped it, or let it go on.
    for (RequestState from : UNDER_WAY) {
      if (replace(from, ended, who, counts(receipt), notice)) {
        book.released(request.id());
        return ended;
      }
    }
    return find(request.id()); // somebody else has said so meanwhile
  }

  private static Outcome outcome(Restorer restorer, Receipt receipt) throws IOException {
    return Outcome.of(receipt, restorer.plan(receipt.id()).map(receipt::bytesAdded).orElse(0L));
  }

  /** Removes what a request has added, as far as nobody has touched it since. */
  public FiledRequest takeBack(UUID id, String administrator)
      throws IOException, RequestRefusedException {
    FiledRequest request = find(id);
    Outcome outcome =
        request
            .outcome()
            .filter(_ -> TAKEN_BACK_FROM.contains(request.state()))
            .filter(result -> result.added() > 0)
            .orElseThrow(
                () ->
                    new RequestRefusedException(
                        Why.NOT_DONE, "the request " + id + " is " + request.state()));
    try (Store store = Store.open(storePath)) {
      Restorer restorer = restorer(store);
      if (restorer.plan(id).isEmpty()) {
        throw new RequestRefusedException(
            Why.EXPIRED, "the receipt of the request " + id + " is not kept any more");
      }
      Restorer.TakenBack taken = restorer.takeBack(id, administrator);
      // Whoever wanted it first may have been killed before he could say so.
      String begun =
          restorer
              .takesBack(id)
              .filter(who -> !who.equals(administrator))
              .map(who -> ", begun by " + who)
              .orElse("");
      FiledRequest back = tellTakenBack(request, outcome, taken, administrator, begun);
      restorer.takenBack(id);
      return back;
    }
  }

  private FiledRequest tellTakenBack(
      FiledRequest request, Outcome outcome, Restorer.TakenBack taken, String who, String begun)
      throws RequestRefusedException {
    String detail = "removed " + taken.removed() + ", left " + taken.left() + begun;
    if (taken.removed() == 0) {
      // All of it was touched since, and stays; Folders that nobody uses may have gone.
      AuditEntry entry = entry(request, "restore.taken_back", who, detail);
      book.replace(request.state(), request, entry, Optional.empty());
      return request;
    }
    FiledRequest back =
        request.ended(
            RequestState.TAKEN_BACK, outcome.withTakenBack(taken.removed()), request.problem());
    return replace(request.state(), back, who, detail, Notice.Kind.TAKEN_BACK)
        ? back
        : find(request.id());
  }

  /** The plan that was made when it was requested, and that confirming carries out. */
  public RestorePlan planOf(UUID id) throws IOException, RequestRefusedException {
    try (Store store = Store.open(storePath)) {
      return restorer(store).plan(id).orElseThrow(() -> unknown(id));
    }
  }

  /**
   * What confirming it would add at this moment: what of that plan is missing still. It looks at
   * the whole live Mailbox, so many at once must wait for their turns. Nothing is kept.
   */
  public RestorePlan planNow(UUID id) throws IOException, RequestRefusedException {
    try (Store store = Store.open(storePath)) {
      RestorePlan plan = restorer(store).plan(id).orElseThrow(() -> unknown(id));
      RestorePlanner planner = new RestorePlanner(store, live(), clock);
      RestorePlan now;
      try (PlanningTurns.Turn _ = turns.take(plan.into())) {
        now = planner.stillMissing(plan);
      }
      return planner.withQuota(now);
    }
  }

  /** Who must confirm a request that waits. */
  public TwoAdministrators two() {
    return two;
  }

  /** Opens a message of such a plan. Close it after use. */
  public StoredMessage message(RestorePlan plan, PlannedMessage message)
      throws IOException, RequestRefusedException {
    try (Store store = Store.open(storePath)) {
      return restorer(store).message(plan, message);
    }
  }

  /** What was done so far. */
  public Receipt receipt(UUID id) throws IOException, RequestRefusedException {
    try (Store store = Store.open(storePath)) {
      return restorer(store).receipt(id);
    }
  }

  /**
   * Ends requests that have waited too long, and what somebody who was killed has left behind. One
   * that fails does not keep the others from it: it is logged, and tried by the next call.
   */
  public void tidy() {
    if (open()) {
      findLost(); // before one of an older database is dropped
    }
    Instant now = clock.instant();
    for (FiledRequest draft : book.drafts(now.minus(OLD_DRAFT))) {
      attempt(draft, () -> dropDraft(draft));
    }
    for (FiledRequest pending : book.in(RequestState.PENDING, MANY)) {
      if (now.isAfter(pending.until())) {
        FiledRequest lapsed =
            pending.decided(RequestState.LAPSED, new Decision(AuditEntry.SYSTEM, now, ""));
        replace(RequestState.PENDING, lapsed, AuditEntry.SYSTEM, "", Notice.Kind.LAPSED);
      }
    }
    for (FiledRequest request : book.holding(MANY)) {
      attempt(request, () -> drop(request));
    }
    for (FiledRequest stopped : book.in(RequestState.STOPPED, MANY)) {
      attempt(stopped, () -> settleStopped(stopped));
    }
    if (open()) {
      sweep(now.minus(OLD_DRAFT));
      settleTakenBack();
      expire(now.minus(limits.toTakeBack()));
    }
  }

  /** Of whoever was killed while he took copies; a draft of his is dropped with them. */
  private void sweep(Instant before) {
    try (Store store = Store.open(storePath)) {
      CopiesOfJobs.sweep(store, before, id -> book.find(id).isPresent());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "What was never planned stays for now", e);
    }
  }

  private void findLost() {
    try (Store store = Store.open(storePath)) {
      lost.fileAgain(restorer(store));
    } catch (IOException | RequestRefusedException e) {
      LOG.log(System.Logger.Level.WARNING, "Whether requests were lost is not known yet", e);
    }
  }

  /** Whoever stopped it may have been killed before he could say so to the one at work on it. */
  private void settleStopped(FiledRequest stopped) throws IOException, RequestRefusedException {
    try (Store store = Store.open(storePath)) {
      Restorer restorer = restorer(store);
      if (RestoreStatus.find(store, stopped.id())
          .filter(job -> job.finished().isPresent())
          .isPresent()) {
        end(restorer, stopped, restorer.receipt(stopped.id()), AuditEntry.SYSTEM, false);
      } else {
        restorer.stop(stopped.id());
        if (stopped.outcome().isEmpty()) {
          rest(restorer, stopped.id()); // whoever was at work on it is gone, or says so once more
        }
      }
    }
  }

  /** Finishes take-backs that were interrupted: half of one is worse than none. */
  private void settleTakenBack() {
    try (Store store = Store.open(storePath)) {
      Restorer restorer = restorer(store);
      for (UUID id : restorer.unsettled()) {
        Optional<FiledRequest> request = book.find(id);
        if (request.isEmpty()) {
          restorer.takenBack(id);
        } else if (request.get().state() == RequestState.TAKEN_BACK) {
          attempt(request.get(), () -> restorer.takenBack(id));
        } else {
          String who = restorer.takesBack(id).orElse(AuditEntry.SYSTEM);
          attempt(request.get(), () -> takeBack(id, who));
        }
      }
    } catch (IOException | RequestRefusedException e) {
      LOG.log(System.Logger.Level.WARNING, "Interrupted take-backs wait", e);
    }
  }

  /** What a request that is open still needs, stays. */
  private void expire(Instant before) {
    try (Store store = Store.open(storePath)) {
      int removed =
          restorer(store)
              .expire(before, id -> book.find(id).filter(each -> each.state().open()).isPresent());
      if (removed > 0) {
        LOG.log(System.Logger.Level.INFO, "{0} restores are not kept any more", removed);
      }
    } catch (IOException | RequestRefusedException e) {
      LOG.log(System.Logger.Level.WARNING, "Old restores stay for now", e);
    }
  }

  private interface Task {
    void run() throws IOException, RequestRefusedException;
  }

  private static void attempt(FiledRequest request, Task task) {
    try {
      task.run();
    } catch (RestoreBusyException e) {
      LOG.log(System.Logger.Level.DEBUG, "Somebody is at work on {0}", request.id());
    } catch (IOException | RequestRefusedException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          () ->
              "The restore request %s of %s could not be tidied up: %s"
                  .formatted(request.id(), request.mailbox(), e.getMessage()),
          e);
    }
  }

  private void dropDraft(FiledRequest draft) throws IOException, RequestRefusedException {
    if (book.find(draft.id()).filter(now -> now.state() != RequestState.DRAFT).isPresent()) {
      return; // it was filed again from its job meanwhile
    }
    drop(draft);
    book.forget(draft.id());
  }

  /** At once where that is possible; else it is left to {@link #tidy}. */
  private void release(FiledRequest request) {
    attempt(request, () -> drop(request));
  }

  private void drop(FiledRequest request) throws IOException, RequestRefusedException {
    try (Store store = Store.open(storePath)) {
      drop(restorer(store), request);
    }
    book.released(request.id());
  }

  private static void drop(Restorer restorer, FiledRequest request) throws IOException {
    try {
      if (restorer.plan(request.id()).isEmpty()) {
        restorer.sweep(request.id());
        return;
      }
      if (FORGOTTEN.contains(request.state())) {
        restorer.forget(request.id());
      } else {
        restorer.drop(request.id());
      }
    } catch (DamagedFileException e) {
      LOG.log(System.Logger.Level.WARNING, "The job of a restore that is over is damaged", e);
      restorer.discard(request.id());
    }
  }

  private boolean replace(
      RequestState from, FiledRequest now, String who, String detail, Notice.Kind notice) {
    return book.replace(from, now, entry(now, who, detail), Optional.of(notice));
  }

  private AuditEntry entry(FiledRequest request, String who, String detail) {
    String action = "restore." + request.state().name().toLowerCase(Locale.ROOT);
    return entry(request, action, who, detail);
  }

  private AuditEntry entry(FiledRequest request, String action, String who, String detail) {
    return new AuditEntry(
        clock.instant(),
        who,
        action,
        request.mailbox().toString(),
        "request %s, snapshot %s%s"
            .formatted(request.id(), request.snapshot(), detail.isEmpty() ? "" : ": " + detail));
  }

  private static String user(FiledRequest request) {
    return request.mailbox().toString();
  }

  private static String counts(Receipt receipt) {
    return "added %d, there %d, refused %d"
        .formatted(
            receipt.count(Receipt.Outcome.ADDED),
            receipt.count(Receipt.Outcome.THERE),
            receipt.count(Receipt.Outcome.REFUSED));
  }

  private FiledRequest find(UUID id) throws RequestRefusedException {
    return book.find(id)
        .filter(request -> request.state() != RequestState.DRAFT)
        .orElseThrow(() -> unknown(id));
  }

  private static RequestRefusedException unknown(UUID id) {
    return new RequestRefusedException(Why.UNKNOWN, "there is no restore request " + id);
  }

  private static RequestRefusedException notPending(UUID id) {
    return new RequestRefusedException(
        Why.NOT_PENDING, "the restore request " + id + " does not wait any more");
  }

  private LiveMail live() throws RequestRefusedException {
    return mail.orElseThrow(
        () ->
            new RequestRefusedException(
                Why.NO_LIVE_MAIL, "the settings do not say where the live mailboxes are"));
  }

  private Restorer restorer(Store store) throws RequestRefusedException {
    return new Restorer(store, live(), clock);
  }
}
