package org.mailtimemachine.admin.authority;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailtimemachine.admin.nights.NightsOfHost;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.Receipt;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.desk.Decision;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.RequestBook;
import org.mailtimemachine.restore.desk.RequestPage;
import org.mailtimemachine.restore.desk.RequestQuery;
import org.mailtimemachine.restore.desk.RequestRefusedException;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.restore.desk.RestoreDesk;
import org.mailtimemachine.restore.terms.Money;
import org.mailtimemachine.snapshot.Pin;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditFilter;
import org.mailtimemachine.snapshot.audit.AuditLog;
import org.mailtimemachine.snapshot.audit.SealedEntry;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.MailboxSizes;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;

/**
 * What one administrator may see and do. It is the only way from the pages to the desk, the book,
 * the Store and the log, and the one place where it is asked whose Mailbox something is about. What
 * belongs to another domain looks like what does not exist.
 */
public final class Authority {

  private final Administrator administrator;
  private final RequestBook book;
  private final RestoreDesk desk;
  private final SnapshotStore store;
  private final Catalogue catalogue;
  private final AuditLog audit;
  private final MailboxSizes sizes;
  private final InstantSource clock;

  public Authority(
      Administrator administrator,
      RequestBook book,
      RestoreDesk desk,
      SnapshotStore store,
      Catalogue catalogue,
      AuditLog audit,
      MailboxSizes sizes,
      InstantSource clock) {
    this.administrator = administrator;
    this.book = book;
    this.desk = desk;
    this.store = store;
    this.catalogue = catalogue;
    this.audit = audit;
    this.sizes = sizes;
    this.clock = clock;
  }

  /** Whose it is. */
  public Administrator administrator() {
    return administrator;
  }

  /**
   * Gives what concerns the host as a whole to whoever administrates it.
   *
   * @throws NotYoursException for administrators of domains
   */
  public <T> T ofHost(T what) throws NotYoursException {
    if (!administrator.ofHost()) {
      throw new NotYoursException("of the host");
    }
    return what;
  }

  /** Requests of their Mailboxes, the newest first. */
  public RequestPage requests(Set<RequestState> states, String mailbox, long offset, int limit) {
    return book.page(new RequestQuery(administrator.domains(), states, mailbox, offset, limit));
  }

  /** One request. */
  public FiledRequest request(UUID id) throws NotYoursException {
    return book.find(id)
        .filter(request -> request.state() != RequestState.DRAFT)
        .filter(request -> administrator.answersFor(request.mailbox().domain()))
        .orElseThrow(() -> new NotYoursException("request " + id));
  }

  /** What confirming it carries out. */
  public RestorePlan plan(UUID id) throws NotYoursException, IOException, RequestRefusedException {
    return desk.planOf(request(id).id());
  }

  /** What of that plan is missing still: it looks at the live Mailbox, which takes its time. */
  public RestorePlan planNow(UUID id)
      throws NotYoursException, IOException, RequestRefusedException {
    return desk.planNow(request(id).id());
  }

  /** What a request would cost if it were made now; what it does cost was fixed when it was. */
  public Money priceNow(FiledRequest request) {
    return desk.price(request.mailbox(), request.plan().messages(), request.plan().bytes());
  }

  /** What was done of it. */
  public Receipt receipt(UUID id) throws NotYoursException, IOException, RequestRefusedException {
    return desk.receipt(request(id).id());
  }

  /** Whether a request that waits needs the confirmation of two. */
  public boolean needsTwo(FiledRequest request) {
    return desk.two().needed(request);
  }

  /** Who of two has confirmed it, and counts. */
  public Optional<Decision> firstOfTwo(FiledRequest request) {
    return desk.two().first(request);
  }

  /** Confirms a request: it is to be carried out from now on, or waits for the second of two. */
  public FiledRequest confirm(UUID id) throws NotYoursException, RequestRefusedException {
    return desk.confirm(request(id).id(), administrator.name());
  }

  /**
   * Rejects a request.
   *
   * @param reason for its user
   * @throws IllegalArgumentException where that says nothing: {@link Decision#isReason}
   */
  public FiledRequest reject(UUID id, String reason)
      throws NotYoursException, IOException, RequestRefusedException {
    return desk.reject(request(id).id(), administrator.name(), reason);
  }

  /** Stops a restore, on whatever server it goes on. */
  public FiledRequest stop(UUID id) throws NotYoursException, IOException, RequestRefusedException {
    return desk.stop(request(id).id(), administrator.name());
  }

  /** Lets a restore go on that was stopped. */
  public FiledRequest resume(UUID id)
      throws NotYoursException, IOException, RequestRefusedException {
    return desk.resume(request(id).id(), administrator.name());
  }

  /** Ends a confirmed or stopped request that is not to be carried out. */
  public FiledRequest giveUp(UUID id)
      throws NotYoursException, IOException, RequestRefusedException {
    return desk.giveUp(request(id).id(), administrator.name());
  }

  /** Removes what a request has added, as far as nobody has touched it since. */
  public FiledRequest takeBack(UUID id)
      throws NotYoursException, IOException, RequestRefusedException {
    return desk.takeBack(request(id).id(), administrator.name());
  }

  /**
   * Notes which token a program shows for what the log will ascribe to its administrator. Before it
   * is done: a kill in between leaves a line too many, and never a deed that looks like a person's.
   *
   * @param signature of the token
   * @param subject the Mailbox that it is about; empty where it is the host
   */
  public void noteProgram(String signature, String subject, String what) {
    audit.append(new AuditEntry(clock.instant(), signature, "api.asked", subject, what));
  }

  /**
   * Mailboxes of which there are Snapshots, in order.
   *
   * @param text only those whose address has this in it, in capitals or not; empty for all
   */
  public List<MailboxAddress> mailboxes(String text) throws IOException {
    String wanted = text.toLowerCase(Locale.ROOT);
    return store.mailboxes().stream()
        .filter(mailbox -> administrator.answersFor(mailbox.domain()))
        .filter(mailbox -> mailbox.toString().toLowerCase(Locale.ROOT).contains(wanted))
        .sorted()
        .toList();
  }

  /** How large these Mailboxes are; those are left out of which no day is indexed yet. */
  public Map<MailboxAddress, MailboxSizes.Size> sizes() {
    return sizes.all(administrator.domains());
  }

  /** As {@link #sizes()}, of some Mailboxes that {@link #mailboxes} has given. */
  public Map<MailboxAddress, MailboxSizes.Size> sizes(List<MailboxAddress> mailboxes) {
    return sizes.of(
        mailboxes.stream().filter(mailbox -> administrator.answersFor(mailbox.domain())).toList());
  }

  /** What keeps days of a Mailbox from expiring. */
  public List<Pin> pins(MailboxAddress mailbox) throws NotYoursException, IOException {
    return store.pins(own(mailbox));
  }

  /** The days of a Mailbox, the newest first. */
  public List<SnapshotSummary> days(MailboxAddress mailbox) throws NotYoursException {
    return require(catalogue.snapshots(own(mailbox)), mailbox);
  }

  /** The Folders of a day: their names and how many messages they have, and nothing of these. */
  public List<FolderSummary> folders(MailboxAddress mailbox, SnapshotName day)
      throws NotYoursException {
    return require(catalogue.folders(own(mailbox), day), mailbox);
  }

  private MailboxAddress own(MailboxAddress mailbox) throws NotYoursException {
    if (!administrator.answersFor(mailbox.domain())) {
      throw new NotYoursException("mailbox " + mailbox);
    }
    return mailbox;
  }

  private static <T> List<T> require(List<T> found, MailboxAddress mailbox)
      throws NotYoursException {
    if (found.isEmpty()) {
      throw new NotYoursException("mailbox " + mailbox);
    }
    return found;
  }

  /** What of some nights concerns them. */
  public List<OwnNight> nights(List<Run> runs) {
    return runs.stream().map(run -> OwnNight.of(run, administrator)).toList();
  }

  /** Lines of the audit log about their Mailboxes, the newest first. */
  public List<SealedEntry> log(String text, long before, int most) {
    return audit.read(new AuditFilter(administrator.domains(), text), before, most);
  }

  /**
   * Begins a Snapshot of every Mailbox now.
   *
   * @throws IllegalStateException where this server takes none, or another one was begun here
   */
  public void takeNow(NightsOfHost nights) throws NotYoursException {
    ofHost(nights).takeNow();
    audit.append(
        new AuditEntry(clock.instant(), administrator.name(), "snapshot.take", "", "by hand"));
  }

  /** The first line of the log that is not what was sealed; empty where all are. */
  public Optional<Long> firstBrokenLine() throws NotYoursException {
    return ofHost(audit).firstBroken();
  }
}
