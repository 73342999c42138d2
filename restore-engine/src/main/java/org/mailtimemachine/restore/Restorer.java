package org.mailtimemachine.restore;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Quota;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.snapshot.Pin;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;

/**
 * Carries plans out. A job is on disk before its first message is added, and each message has its
 * new name in it: killed at any point, the same job run again adds what is left and nothing twice.
 * Users may work in the Mailbox meanwhile; what they delete or move is theirs.
 *
 * <p>The order of writes is: plan and pin; messages where nobody sees them, synced; that they are
 * about to be seen; messages that are seen, synced; the list of what is done; at the end the
 * Receipt. What was added and not yet listed as done is {@link RestoredFolder#addedBefore found}.
 */
public final class Restorer {

  /** Folders of a batch, each of which keeps three directories open. */
  private static final int BATCH_FOLDERS = 50;

  /** So long a batch goes on, for those who watch the list of what is done. */
  private static final long BATCH_NANOS = Duration.ofSeconds(1).toNanos();

  /**
   * Mail servers remove what has lain in {@code tmp} for 36 hours, and what a server has numbered
   * since may be anybody's: after that long, what was begun says nothing of what is there.
   */
  private static final Duration READY_FOR = Duration.ofHours(24);

  /** Of what is added and not settled. */
  private static final String NO_NAME = "";

  private static final System.Logger LOG = System.getLogger(Restorer.class.getName());

  private final Store store;
  private final LiveMail mail;
  private final InstantSource clock;

  /**
   * @param mail where the live Mailboxes are: Maildirs on this machine
   */
  public Restorer(Store store, MailboxSettings mail, InstantSource clock) {
    this(store, LiveMail.onDisk(mail, clock), clock);
  }

  /**
   * @param mail the live mail
   */
  public Restorer(Store store, LiveMail mail, InstantSource clock) {
    this.store = store;
    this.mail = mail;
    this.clock = clock;
  }

  /**
   * Makes a plan a job, whose Snapshot stays until it is done or {@link #drop dropped}.
   *
   * @throws RestoreException where that restore was accepted already
   */
  public void accept(RestorePlan plan) throws IOException {
    RestoreJob.make(store, plan, Optional.empty(), KeptCopies.NONE);
    pin(plan);
  }

  /**
   * The same for a plan that somebody has requested: what becomes of it is decided by whoever
   * decides about requests, and the command line leaves it alone.
   *
   * @param request ASCII, which lies beside the plan, and {@link #unfinished} gives back
   */
  public void acceptRequested(RestorePlan plan, String request) throws IOException {
    acceptRequested(plan, request, KeptCopies.NONE);
  }

  /**
   * The same for a plan of copies, which the job takes for itself.
   *
   * @throws RestoreException also where one of them is gone, or is not what was planned
   */
  public void acceptRequested(RestorePlan plan, String request, KeptCopies kept)
      throws IOException {
    RestoreJob.make(store, plan, Optional.of(request), kept);
    pin(plan);
  }

  /** Removes what somebody left who failed, or was killed, before he could write a plan down. */
  public void sweep(UUID id) throws IOException {
    if (RestoreJob.all(store).contains(id)) {
      try (RestoreJob job = RestoreJob.open(store, id)) {
        if (!job.planned()) {
          job.removeAll(store, id);
        }
      }
    }
  }

  /** Opens a message of a plan that was accepted. Close it after use. */
  public StoredMessage message(RestorePlan plan, PlannedMessage message) throws IOException {
    if (!plan.ofCopies()) {
      return store.message(plan.mailbox(), message.poolName());
    }
    try (RestoreJob job = RestoreJob.look(store, plan.id());
        DirectoryHandle copies = job.copies()) {
      return JobCopies.open(copies, message);
    }
  }

  /**
   * A job that was requested and has not ended.
   *
   * @param begun whether something of it may be done
   */
  public record Unfinished(UUID id, boolean begun) {}

  /** All of these; cheap to ask. One that cannot be read is named in the log. */
  public List<Unfinished> unfinished() throws IOException {
    List<Unfinished> unfinished = new ArrayList<>();
    forEachJob(
        id -> {
          try (RestoreJob job = RestoreJob.look(store, id)) {
            if (job.unfinished()) {
              unfinished.add(new Unfinished(id, job.begun() || job.stopped()));
            }
          } catch (RestoreException e) {
            LOG.log(System.Logger.Level.DEBUG, "It has just been removed", e);
          }
        });
    return unfinished;
  }

  /** Looks at one of these. */
  public interface Look {
    void at(RestorePlan plan, boolean begun, String request) throws IOException;
  }

  /**
   * Looks at a job that was requested and has not ended, while nobody can begin, end or remove it;
   * not at one of which that is not so, or that somebody is at work on.
   */
  public void ifUnfinished(UUID id, Look look) throws IOException {
    try (RestoreJob job = RestoreJob.open(store, id)) {
      if (job.unfinished()) {
        look.at(job.plan(), job.begun() || job.stopped(), job.request());
      }
    } catch (RestoreException e) {
      LOG.log(System.Logger.Level.DEBUG, "Nothing to look at in the restore " + id, e);
    }
  }

  /**
   * Ends a job, whatever is done of it: what is left will not be added, and its Snapshot may go.
   *
   * @return what was done, also where somebody was killed before he could list it
   */
  public Receipt drop(UUID id) throws IOException {
    try (RestoreJob job = RestoreJob.open(store, id)) {
      Optional<Receipt> finished = job.receipt();
      Receipt receipt = finished.isPresent() ? finished.get() : end(job);
      release(job, receipt);
      return receipt;
    }
  }

  /** Ends a job like {@link #drop}; of one that nobody has begun to carry out, nothing stays. */
  public void forget(UUID id) throws IOException {
    try (RestoreJob job = RestoreJob.open(store, id)) {
      if (!job.begun()) {
        unpin(job.plan());
        job.removeAll(store, id);
        return;
      }
    }
    drop(id);
  }

  /** Removes a job whose plan nobody can read any more, and lets its Snapshot go. */
  public void discard(UUID id) throws IOException {
    try (RestoreJob job = RestoreJob.open(store, id)) {
      discard(job, id);
    }
  }

  private void discard(RestoreJob job, UUID id) throws IOException {
    // Whose Snapshot it was stood in the plan.
    for (MailboxAddress mailbox : store.mailboxes()) {
      for (Pin pin : store.pins(mailbox)) {
        if (pin.id().equals(pin(id))) {
          store.unpin(mailbox, pin.snapshot(), pin.id());
        }
      }
    }
    job.removeAll(store, id);
  }

  private Receipt end(RestoreJob job) throws IOException {
    RestorePlan plan = job.plan();
    List<Receipt.Entry> unlisted = unlisted(job, plan);
    if (!unlisted.isEmpty()) {
      job.done(unlisted, job.done().size() + unlisted.size());
    }
    Receipt receipt = soFar(job);
    job.publish(receipt);
    return receipt;
  }

  /** What a run has added that was killed, or failed, before it could list it as done. */
  private List<Receipt.Entry> unlisted(RestoreJob job, RestorePlan plan) throws IOException {
    Map<List<Integer>, Receipt.Entry> done = job.done();
    List<Receipt.Entry> unlisted = new ArrayList<>();
    if (!job.begun() || done.size() == plan.messages()) {
      return unlisted;
    }
    try (LiveMailbox mailbox = mail.open(plan.into())) {
      LiveView live = mailbox.look(own(plan));
      Map<Integer, Map<Integer, RestoredFolder.Begun>> adding =
          job.adding(clock.instant().minus(READY_FOR));
      for (int number = 0; number < plan.folders().size(); number++) {
        PlannedFolder planned = plan.folders().get(number);
        Map<Integer, RestoredFolder.Begun> begun = adding.getOrDefault(number, Map.of());
        List<Integer> asked = new ArrayList<>();
        for (int message = 0; message < planned.messages().size(); message++) {
          if (!done.containsKey(List.of(number, message))
              && (begun.containsKey(message) || live.hasOwn(planned.messages().get(message)))) {
            asked.add(message);
          }
        }
        if (!asked.isEmpty()) {
          unlisted.addAll(addedBefore(mailbox, plan, number, asked, begun));
        }
      }
    } catch (IOException e) {
      // Whatever is wrong with a Mailbox, its restore can be given up.
      warnOfUnlisted(plan, e);
    }
    return unlisted;
  }

  /** One Folder that cannot be opened keeps those of the others from no receipt. */
  private static List<Receipt.Entry> addedBefore(
      LiveMailbox mailbox,
      RestorePlan plan,
      int number,
      List<Integer> asked,
      Map<Integer, RestoredFolder.Begun> begun) {
    PlannedFolder planned = plan.folders().get(number);
    List<Receipt.Entry> added = new ArrayList<>();
    try {
      Optional<RestoredFolder> found = mailbox.find(planned, begun);
      if (found.isEmpty()) {
        return added; // Its user has moved them elsewhere and deleted the Folder: they are his.
      }
      try (RestoredFolder folder = found.get()) {
        for (int message : asked) {
          folder
              .addedBefore(message, planned.messages().get(message))
              .ifPresent(
                  name ->
                      added.add(new Receipt.Entry(number, message, Receipt.Outcome.ADDED, name)));
        }
      }
    } catch (IOException e) {
      warnOfUnlisted(plan, e);
    }
    return added;
  }

  private static void warnOfUnlisted(RestorePlan plan, IOException e) {
    LOG.log(
        System.Logger.Level.WARNING,
        () -> "What the restore %s added last is not in its receipt".formatted(plan.id()),
        e);
  }

  /** What only this job puts there. */
  private static List<PlannedMessage> own(RestorePlan plan) {
    return plan.folders().stream().flatMap(folder -> folder.messages().stream()).toList();
  }

  /** The plan of a job, also while it is carried out; empty where nothing was accepted. */
  public Optional<RestorePlan> plan(UUID id) throws IOException {
    return RestoreJob.plan(store, id);
  }

  /**
   * What a job has done: all of it where it has ended, and else what is done so far, whoever is at
   * work on it.
   */
  public Receipt receipt(UUID id) throws IOException {
    try (RestoreJob job = RestoreJob.look(store, id)) {
      Optional<Receipt> finished = job.receipt();
      return finished.isPresent() ? finished.get() : soFar(job);
    }
  }

  /** How many messages of a job are dealt with, whoever is at work on it; cheap to ask. */
  public long done(UUID id) throws IOException {
    try (RestoreJob job = RestoreJob.look(store, id)) {
      return job.sum();
    }
  }

  /**
   * Asks whoever carries a job out, in whatever process, to stop between two messages: {@link #run}
   * then throws {@link RestoreStoppedException}, also if it is called later.
   */
  public void stop(UUID id) throws IOException {
    try (RestoreJob job = RestoreJob.look(store, id)) {
      job.stop();
    }
  }

  /** Lets a job go on that was {@link #stop stopped}. */
  public void resume(UUID id) throws IOException {
    try (RestoreJob job = RestoreJob.look(store, id)) {
      job.resume();
    }
  }

  private Receipt soFar(RestoreJob job) throws IOException {
    return new Receipt(
        job.plan().id(),
        clock.instant(),
        List.copyOf(job.done().values()),
        List.copyOf(job.notes()));
  }

  /**
   * Carries a job out, or what is left of it.
   *
   * @return what was done, also by earlier runs
   * @throws RestoreException where there is no such job, another process is at work on it, the
   *     Mailbox or the Snapshot is not there, or the Mailbox may not hold what is left to add
   * @throws RestoreStoppedException where somebody has {@link #stop stopped} it
   * @throws IOException where it had to stop, for a full disk for example; what was done until then
   *     is kept, and the job can be run again
   */
  public Receipt run(UUID id, RestoreProgress progress) throws IOException {
    try (RestoreJob job = RestoreJob.open(store, id)) {
      RestorePlan plan = job.plan();
      Optional<Receipt> finished = job.receipt();
      if (finished.isPresent()) {
        release(job, finished.get()); // a run that was killed just before this
        return finished.get();
      }
      requireSnapshot(plan); // what is not there cannot be pinned
      pin(plan); // whoever accepted it may have been killed before he could
      requireSnapshot(plan); // it may have expired a moment before the pin
      requireWanted(job, plan);
      try (LiveMailbox mailbox = mail.open(plan.into())) {
        try (NewFile lock = RestoreJob.lock(store, plan.into())) {
          assert lock != null;
          job.begin();
          new Work(job, plan, mailbox, progress).run();
        } finally {
          if (job.begun()) { // not under the lock: whoever counts may take long
            mailbox.changed();
          }
        }
        Receipt receipt = offered(soFar(job), plan);
        job.publish(receipt);
        release(job, receipt);
        return receipt;
      }
    }
  }

  /** What is needed no more; its own copies are, where a take-back may ask for what they were. */
  private void release(RestoreJob job, Receipt receipt) throws IOException {
    RestorePlan plan = job.plan();
    unpin(plan);
    if (plan.ofCopies() && receipt.count(Receipt.Outcome.ADDED) == 0) {
      job.removeCopies();
    }
  }

  /** Where the messages of a plan are. Close it after use. */
  private DirectoryHandle pool(RestoreJob job, RestorePlan plan) throws IOException {
    return plan.ofCopies() ? job.copiesOrNone() : store.poolDirectory(plan.mailbox());
  }

  private Map<String, String> digests(RestorePlan plan) throws IOException {
    return plan.ofCopies() ? JobCopies.digests(plan) : new HashMap<>(store.digests(plan.mailbox()));
  }

  /**
   * What other days have is a courtesy: a day that cannot be read must not keep this from ending.
   */
  private Receipt offered(Receipt receipt, RestorePlan plan) {
    if (plan.ofCopies()) {
      return receipt; // no day has them
    }
    try {
      return new OtherDays(store, plan).offer(receipt);
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          () -> "Nobody knows where else the damaged messages of %s are".formatted(plan.id()),
          e);
      return receipt;
    }
  }

  private void requireSnapshot(RestorePlan plan) throws IOException {
    if (!store.snapshots(plan.mailbox()).contains(plan.snapshot())) {
      throw new RestoreException(
          Hindrance.SNAPSHOT_GONE,
          "the snapshot %s of %s is not there any more".formatted(plan.snapshot(), plan.mailbox()));
    }
  }

  private static void requireWanted(RestoreJob job, RestorePlan plan) throws IOException {
    if (job.stopped()) {
      throw new RestoreStoppedException("the restore " + plan.id() + " was stopped");
    }
  }

  /**
   * What a take-back did.
   *
   * @param removed messages that were as the restore had put them there, and are gone now
   * @param left messages that were read, flagged, moved or deleted since, and are left alone
   */
  public record TakenBack(long removed, long left) {}

  /** The same as {@link #takeBack(UUID, String)}, where the caller says who wanted it. */
  public TakenBack takeBack(UUID id) throws IOException {
    return takeBack(id, AuditEntry.SYSTEM);
  }

  /**
   * Removes what a restore added, as far as nobody has touched it since and the Store still holds
   * it, and the Folders that it made, where nothing else is in them. Killed at any point, the same
   * again goes on; the same after it ended removes nothing more, and says the same.
   *
   * @param who wants it, for whoever has to finish it: {@link #takesBack}
   * @throws RestoreException where the restore may still add something: it must be finished or
   *     dropped first
   */
  public TakenBack takeBack(UUID id, String who) throws IOException {
    try (RestoreJob job = RestoreJob.open(store, id)) {
      RestorePlan plan = job.plan();
      Receipt receipt =
          job.receipt()
              .orElseThrow(() -> new RestoreException("the restore " + id + " is not finished"));
      try (NewFile lock = RestoreJob.lock(store, plan.into());
          DirectoryHandle pool = pool(job, plan);
          LiveMailbox mailbox = mail.open(plan.into())) {
        assert lock != null;
        job.beginTakeBack(who);
        try {
          KeptMessages kept = new KeptMessages(pool, digests(plan));
          return new TakeBack(job, plan, receipt, kept, mailbox).run();
        } finally {
          mailbox.changed();
        }
      }
    }
  }

  /** Who wanted a take-back has written down what came of it; without that it is unsettled. */
  public void takenBack(UUID id) throws IOException {
    try (RestoreJob job = RestoreJob.open(store, id)) {
      job.endTakeBack();
    }
  }

  /** Who wanted a take-back first that is unsettled; empty where none is. */
  public Optional<String> takesBack(UUID id) throws IOException {
    try (RestoreJob job = RestoreJob.look(store, id)) {
      return job.takesBack();
    }
  }

  /** Jobs of requests whose take-back was interrupted, or is going on. */
  public List<UUID> unsettled() throws IOException {
    List<UUID> unsettled = new ArrayList<>();
    forEachJob(
        id -> {
          Optional<RestoreJob> job = RestoreJob.lookIfThere(store, id);
          if (job.isPresent()) {
            try (RestoreJob open = job.get()) {
              if (open.requested() && open.takingBack()) {
                unsettled.add(id);
              }
            }
          }
        });
    return unsettled;
  }

  /** Keeps what was done by hand, for the audit log: {@link #passOn}. */
  public void noteByHand(UUID id, AuditEntry entry) throws IOException {
    try (RestoreJob job = RestoreJob.look(store, id)) {
      job.byHand(entry);
    }
  }

  /** Hands over what was done by hand and stands in no audit log yet; what was killed, twice. */
  public void passOn(Consumer<AuditEntry> log) throws IOException {
    forEachJob(
        id -> {
          Optional<RestoreJob> found = RestoreJob.lookIfThere(store, id);
          if (found.isPresent()) {
            try (RestoreJob look = found.get()) {
              if (!look.byHand().isEmpty()) {
                passOn(id, log);
              }
            }
          }
        });
  }

  private interface JobTask {
    void accept(UUID id) throws IOException;
  }

  /** One job that cannot be read, another user's for example, keeps the others from nothing. */
  private void forEachJob(JobTask task) throws IOException {
    for (UUID id : RestoreJob.all(store)) {
      try {
        task.accept(id);
      } catch (IOException | DateTimeException | IllegalArgumentException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            () -> "The restore %s cannot be read: %s".formatted(id, e.getMessage()));
        LOG.log(System.Logger.Level.DEBUG, "The restore " + id + " cannot be read", e);
      }
    }
  }

  private void passOn(UUID id, Consumer<AuditEntry> log) throws IOException {
    try (RestoreJob job = RestoreJob.open(store, id)) {
      for (Map.Entry<FileName, AuditEntry> entry : job.byHand().entrySet()) {
        log.accept(entry.getValue());
        job.logged(entry.getKey());
      }
    } catch (RestoreBusyException e) {
      LOG.log(System.Logger.Level.DEBUG, "The command line is at work: another time", e);
    }
  }

  /**
   * Removes jobs that nobody has touched since a moment, with their Receipts: after that they can
   * not be taken back. One that never ended is dropped first.
   *
   * @param needed whether a job must stay all the same
   * @return how many were removed
   */
  public int expire(Instant before, Predicate<UUID> needed) throws IOException {
    List<UUID> removed = new ArrayList<>();
    forEachJob(
        id -> {
          if (RestoreJob.changed(store, id).isBefore(before) && !needed.test(id) && removed(id)) {
            removed.add(id);
          }
        });
    return removed.size();
  }

  private boolean removed(UUID id) throws IOException {
    try (RestoreJob job = RestoreJob.open(store, id)) {
      if (!job.byHand().isEmpty()) {
        return false; // the audit log does not have it yet
      }
      try {
        Optional<RestorePlan> plan = RestoreJob.plan(store, id);
        if (plan.isPresent()) {
          unpin(plan.get());
        }
        job.removeAll(store, id);
      } catch (DamagedFileException e) {
        LOG.log(System.Logger.Level.WARNING, "A restore that is too old is damaged", e);
        discard(job, id);
      }
      return true;
    } catch (RestoreBusyException e) {
      LOG.log(System.Logger.Level.DEBUG, "The restore " + id + " stays", e);
      return false;
    }
  }

  private void pin(RestorePlan plan) throws IOException {
    store.pin(
        plan.mailbox(),
        new Pin(
            plan.snapshot(),
            pin(plan.id()),
            "restore",
            "restore " + plan.id(),
            clock.instant(),
            Optional.empty()));
  }

  private void unpin(RestorePlan plan) throws IOException {
    store.unpin(plan.mailbox(), plan.snapshot(), pin(plan.id()));
  }

  private static String pin(UUID id) {
    return "restore-" + id;
  }

  /** One run of a job. */
  private final class Work {
    private final RestoreJob job;
    private final RestorePlan plan;
    private final LiveMailbox mailbox;
    private final RestoreProgress progress;
    private final Map<List<Integer>, Receipt.Entry> done;
    private final Set<Receipt.Note> notes;
    private final Map<Integer, Map<Integer, RestoredFolder.Begun>> adding;
    private final Map<Integer, Set<Long>> madeBefore;
    private final Set<Long> madeAbove;

    /** In order; what is to be added has no name before it is {@link #flush settled}. */
    private final List<Receipt.Entry> batch = new ArrayList<>();

    /** By their places in the plan, in order. */
    private final SequencedMap<Integer, RestoredFolder> folders = new LinkedHashMap<>();

    private long flushed = System.nanoTime();

    /** Whether the last flush came to its end: a second fsync may pass over what the first lost. */
    private boolean sound = true;

    /** Folder and pool name of what is missing still. */
    private final Set<List<Object>> missing = new HashSet<>();

    Work(RestoreJob job, RestorePlan plan, LiveMailbox mailbox, RestoreProgress progress)
        throws IOException {
      this.job = job;
      this.plan = plan;
      this.mailbox = mailbox;
      this.progress = progress;
      this.done = new LinkedHashMap<>(job.done());
      this.notes = job.notes();
      this.adding = job.adding(clock.instant().minus(READY_FOR));
      this.madeBefore = job.madeFolders();
      this.madeAbove = job.madeAbove();
    }

    void run() throws IOException {
      long total = plan.messages();
      for (int folder = 0; folder < plan.folders().size(); folder++) {
        PlannedFolder planned = plan.folders().get(folder);
        if (planned.make() && planned.messages().isEmpty() && !isDeleted(folder, planned)) {
          make(folder, planned).close();
        }
      }
      if (done.size() == total) {
        return;
      }
      LiveView live = mailbox.look(own(plan));
      // Open until all is settled: what is sent to a server is read then.
      try (DirectoryHandle pool = pool(job, plan)) {
        RestorePlan now =
            new RestorePlanner(store, mail, clock).again(plan, live, JobCopies.of(pool, plan));
        now.folders()
            .forEach(
                folder ->
                    folder
                        .messages()
                        .forEach(
                            message -> missing.add(List.of(folder.name(), message.poolName()))));
        requireRoom(live);
        Map<String, String> digests = digests(plan);
        try {
          for (int folder = 0; folder < plan.folders().size(); folder++) {
            PlannedFolder planned = plan.folders().get(folder);
            if (!isDone(folder, planned)) {
              restore(folder, planned, new KeptMessages(pool, digests), total);
            }
          }
        } finally {
          if (sound) {
            flush(); // also where it had to stop: what was added so far is done
          }
        }
      } finally {
        letGo(0);
      }
    }

    /** To stop in the middle, and leave the Mailbox full, would help nobody. */
    private void requireRoom(LiveView live) throws IOException {
      Optional<Quota> quota = mailbox.quota();
      if (quota.isEmpty()) {
        return;
      }
      long bytes = 0;
      long messages = 0;
      for (int number = 0; number < plan.folders().size(); number++) {
        PlannedFolder folder = plan.folders().get(number);
        for (int message = 0; message < folder.messages().size(); message++) {
          PlannedMessage each = folder.messages().get(message);
          if (!done.containsKey(List.of(number, message))
              && missing.contains(List.of(folder.name(), each.poolName()))
              && !live.hasOwn(each)) {
            bytes += each.size();
            messages++;
          }
        }
      }
      if (messages > 0 && quota.get().plus(bytes, messages).exceeded()) {
        throw new RestoreException(
            Hindrance.OVER_QUOTA,
            "%s holds %d bytes in %d messages, and may not hold %d bytes in %d messages more"
                .formatted(
                    plan.into(), quota.get().bytes(), quota.get().messages(), bytes, messages));
      }
    }

    private boolean isDone(int folder, PlannedFolder planned) {
      for (int message = 0; message < planned.messages().size(); message++) {
        if (!done.containsKey(List.of(folder, message))) {
          return false;
        }
      }
      return true;
    }

    private void restore(int number, PlannedFolder planned, KeptMessages kept, long total)
        throws IOException {
      requireWanted(job, plan);
      if (folders.size() >= BATCH_FOLDERS) {
        flush();
      }
      if (isDeleted(number, planned)) {
        for (int message = 0; message < planned.messages().size(); message++) {
          if (!done.containsKey(List.of(number, message))) {
            batch.add(deleted(number, message));
          }
        }
        progress.at(done.size() + batch.size(), total);
        return;
      }
      RestoredFolder folder = make(number, planned);
      folders.put(number, folder);
      boolean deleted = false;
      for (int message = 0; message < planned.messages().size(); message++) {
        if (!done.containsKey(List.of(number, message))) {
          PlannedMessage each = planned.messages().get(message);
          boolean wanted = missing.contains(List.of(planned.name(), each.poolName()));
          Receipt.Entry entry =
              deleted
                  ? deleted(number, message)
                  : restore(number, message, each, folder, kept, wanted);
          deleted |= entry.reason().equals(Optional.of(Receipt.Reason.FOLDER_DELETED));
          batch.add(entry);
          if (batch.size() >= folder.batch() || System.nanoTime() - flushed > BATCH_NANOS) {
            flush();
            requireWanted(job, plan);
          }
          progress.at(done.size() + batch.size(), total);
        }
      }
    }

    /** Whether its user has deleted a Folder that an earlier run had made, or put messages into. */
    private boolean isDeleted(int number, PlannedFolder planned) throws IOException {
      if (planned.path().isEmpty() || mailbox.has(planned.path())) {
        return false;
      }
      Set<Long> made = madeBefore.getOrDefault(number, Set.of());
      boolean used =
          !adding.getOrDefault(number, Map.of()).isEmpty()
              || done.values().stream()
                  .anyMatch(
                      entry ->
                          entry.folder() == number && entry.outcome() == Receipt.Outcome.ADDED);
      return used || (!made.isEmpty() && !mailbox.unfinished(planned.path(), made));
    }

    private RestoredFolder make(int number, PlannedFolder planned) throws IOException {
      return mailbox.make(
          planned,
          new JobTrail(
              job,
              number,
              plan.place(planned),
              notes,
              madeBefore.getOrDefault(number, Set.of()),
              madeAbove),
          adding.getOrDefault(number, Map.of()));
    }

    private static Receipt.Entry deleted(int number, int message) {
      return Receipt.Entry.refused(number, message, Receipt.Reason.FOLDER_DELETED);
    }

    private static Receipt.Entry added(int number, int message, String name) {
      return new Receipt.Entry(number, message, Receipt.Outcome.ADDED, name);
    }

    private Receipt.Entry restore(
        int number,
        int message,
        PlannedMessage planned,
        RestoredFolder folder,
        KeptMessages kept,
        boolean missing)
        throws IOException {
      try {
        // By a run of this job that was killed before it could list it as done.
        Optional<String> before = folder.addedBefore(message, planned);
        if (before.isPresent()) {
          return added(number, message, before.get());
        }
        if (!missing) {
          return Receipt.Entry.there(number, message);
        }
        folder.add(message, planned, kept);
        return added(number, message, NO_NAME);
      } catch (RestoredFolder.FolderGoneException e) {
        return deleted(number, message);
      } catch (RefusedException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            "A message of the restore {0} is refused: {1}",
            plan.id(),
            e.getMessage());
        return Receipt.Entry.refused(number, message, e.reason());
      }
    }

    /** Syncs what was added to any Folder, lets it be seen, and lists it as done. */
    private void flush() throws IOException {
      sound = false;
      Map<Integer, String> marks = new TreeMap<>();
      for (Map.Entry<Integer, RestoredFolder> folder : folders.entrySet()) {
        String mark = folder.getValue().ready();
        if (!mark.isEmpty()) {
          marks.put(folder.getKey(), mark);
        }
      }
      // Where a mark tells what became of a batch, what an earlier run has added keeps its own.
      boolean marked = folders.values().stream().allMatch(RestoredFolder::durable);
      List<Receipt.Entry> ready =
          batch.stream()
              .filter(entry -> entry.outcome() == Receipt.Outcome.ADDED)
              .filter(entry -> !marked || isNameless(entry))
              .toList();
      if (!ready.isEmpty()) {
        job.adding(ready, marks, clock.instant());
      }
      Map<List<Integer>, Receipt.Entry> settled = new HashMap<>();
      try {
        for (Map.Entry<Integer, RestoredFolder> folder : folders.entrySet()) {
          folder.getValue().settle(into(folder.getKey(), settled));
        }
      } catch (IOException e) {
        if (folders.values().stream().allMatch(RestoredFolder::durable)) {
          batch.replaceAll(entry -> named(entry, settled));
          batch.removeIf(Work::isNameless);
          list();
        }
        throw e;
      }
      for (RestoredFolder folder : folders.values()) {
        folder.sync(); // after all of that: the first one puts the others on disk too, mostly
      }
      batch.replaceAll(entry -> named(entry, settled));
      list();
      sound = true;
      letGo(1); // not of the one at work: its user may have deleted it, and it would be made again
      flushed = System.nanoTime();
    }

    private static RestoredFolder.Settled into(
        int number, Map<List<Integer>, Receipt.Entry> settled) {
      return new RestoredFolder.Settled() {
        @Override
        public void as(int message, String name) {
          settled.put(List.of(number, message), added(number, message, name));
        }

        @Override
        public void there(int message) {
          settled.put(List.of(number, message), Receipt.Entry.there(number, message));
        }

        @Override
        public void refused(int message, Receipt.Reason reason) {
          settled.put(List.of(number, message), Receipt.Entry.refused(number, message, reason));
        }
      };
    }

    private static Receipt.Entry named(
        Receipt.Entry entry, Map<List<Integer>, Receipt.Entry> settled) {
      return settled.getOrDefault(List.of(entry.folder(), entry.message()), entry);
    }

    private static boolean isNameless(Receipt.Entry entry) {
      return entry.outcome() == Receipt.Outcome.ADDED && entry.text().equals(NO_NAME);
    }

    private void list() throws IOException {
      if (!batch.isEmpty()) {
        job.done(batch, done.size() + batch.size());
        batch.forEach(entry -> done.put(List.of(entry.folder(), entry.message()), entry));
        batch.clear();
      }
    }

    private void letGo(int butTheLast) throws IOException {
      while (folders.size() > butTheLast) {
        folders.pollFirstEntry().getValue().close();
      }
    }
  }
}
