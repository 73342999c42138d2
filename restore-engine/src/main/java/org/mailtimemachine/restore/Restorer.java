package org.mailtimemachine.restore;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.MailHost;
import org.mailtimemachine.snapshot.Pin;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/**
 * Carries plans out. A job is on disk before its first message is added, and each message has its
 * new name in it: killed at any point, the same job run again adds what is left and nothing twice.
 * Users may work in the Mailbox meanwhile; what they delete or move is theirs.
 *
 * <p>The order of writes is: plan and pin; messages, their directory synced; the list of what is
 * done; at the end the Receipt. What was added and not yet listed as done is found by its name.
 */
public final class Restorer {

  /** So many are added between two syncs at most; what a power cut takes is added again. */
  private static final int BATCH = 10_000;

  /** Folders of a batch, each of which keeps two directories open. */
  private static final int BATCH_FOLDERS = 50;

  /** So long a batch goes on, for those who watch the list of what is done. */
  private static final long BATCH_NANOS = Duration.ofSeconds(1).toNanos();

  private static final String FOLDER_DELETED = "its folder was deleted while it was put back";
  private static final FileName MAILDIRSIZE = new FileName("maildirsize");

  private final Store store;
  private final MailboxSettings mail;
  private final InstantSource clock;

  /**
   * @param mail where the live Mailboxes are
   */
  public Restorer(Store store, MailboxSettings mail, InstantSource clock) {
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
    RestoreJob.make(store, plan);
    pin(plan);
  }

  /**
   * Ends a job, whatever is done of it: what is left will not be added, and its Snapshot may go.
   *
   * @return what was done
   */
  public Receipt drop(UUID id) throws IOException {
    try (RestoreJob job = RestoreJob.open(store, id)) {
      Optional<Receipt> finished = job.receipt();
      Receipt receipt = finished.isPresent() ? finished.get() : soFar(job);
      if (finished.isEmpty()) {
        job.publish(receipt);
      }
      unpin(job.plan());
      return receipt;
    }
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
   * @throws RestoreException where there is no such job, another process is at work on it, or the
   *     Mailbox or the Snapshot is not there
   * @throws IOException where it had to stop, for a full disk for example; what was done until then
   *     is kept, and the job can be run again
   */
  public Receipt run(UUID id, RestoreProgress progress) throws IOException {
    try (RestoreJob job = RestoreJob.open(store, id)) {
      RestorePlan plan = job.plan();
      Optional<Receipt> finished = job.receipt();
      if (finished.isPresent()) {
        unpin(plan); // a run that was killed just before this
        return finished.get();
      }
      pin(plan); // whoever accepted it may have been killed before he could
      if (!store.snapshots(plan.mailbox()).contains(plan.snapshot())) {
        throw new RestoreException(
            "the snapshot %s of %s is not there any more"
                .formatted(plan.snapshot(), plan.mailbox()));
      }
      try (NewFile lock = RestoreJob.lock(store, plan.into());
          Maildir maildir = maildir(plan)) {
        assert lock != null;
        Work work = new Work(job, plan, maildir, progress);
        work.run();
        Receipt receipt = soFar(job);
        job.publish(receipt);
        unpin(plan);
        return receipt;
      }
    }
  }

  /**
   * What a take-back did.
   *
   * @param removed messages that were as the restore had put them there, and are gone now
   * @param left messages that were read, flagged, moved or deleted since, and are left alone
   */
  public record TakenBack(long removed, long left) {}

  /**
   * Removes what a restore added, as far as nobody has touched it since and the Store still holds
   * it. The same again removes nothing more, and says the same.
   *
   * @throws RestoreException where the restore may still add something: it must be finished or
   *     dropped first
   */
  public TakenBack takeBack(UUID id) throws IOException {
    try (RestoreJob job = RestoreJob.open(store, id)) {
      RestorePlan plan = job.plan();
      Receipt receipt =
          job.receipt()
              .orElseThrow(() -> new RestoreException("the restore " + id + " is not finished"));
      long added = receipt.count(Receipt.Outcome.ADDED);
      Set<String> gone = job.takenBack();
      try (NewFile lock = RestoreJob.lock(store, plan.into());
          DirectoryHandle pool = store.poolDirectory(plan.mailbox());
          Maildir maildir = maildir(plan)) {
        assert lock != null;
        for (int folder = 0; folder < plan.folders().size(); folder++) {
          List<String> removed = takeBack(folder, plan, receipt, gone, pool, maildir);
          if (!removed.isEmpty()) {
            job.takenBack(removed);
            gone.addAll(removed);
          }
        }
        forgetQuota(maildir);
      }
      return new TakenBack(gone.size(), added - gone.size());
    }
  }

  private static List<String> takeBack(
      int folder,
      RestorePlan plan,
      Receipt receipt,
      Set<String> gone,
      DirectoryHandle pool,
      Maildir maildir)
      throws IOException {
    List<String> removed = new ArrayList<>();
    List<Receipt.Entry> added =
        receipt.entries().stream()
            .filter(entry -> entry.folder() == folder)
            .filter(entry -> entry.outcome() == Receipt.Outcome.ADDED)
            .filter(entry -> !gone.contains(entry.text()))
            .toList();
    if (added.isEmpty()) {
      return removed;
    }
    PlannedFolder planned = plan.folders().get(folder);
    try (RestoredFolder there = RestoredFolder.find(maildir, planned.path())) {
      for (Receipt.Entry entry : added) {
        // By its whole name: whoever read or flagged it has given it another one.
        FileName name = FileName.ofEncoded(entry.text());
        Optional<FileStatus> live = there.find(name);
        PlannedMessage message = planned.messages().get(entry.message());
        if (live.isPresent() && isKept(pool, message, live.get()) && there.remove(name)) {
          removed.add(entry.text());
        }
      }
      there.sync();
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
      // The Folder is gone, and all that was in it is its user's affair.
    }
    return removed;
  }

  /** Whether the Store still holds it: what came back may be the last copy there is. */
  private static boolean isKept(DirectoryHandle pool, PlannedMessage message, FileStatus live)
      throws IOException {
    try {
      FileStatus kept = pool.status(FileName.ofEncoded(message.poolName()));
      return kept.sameInode(live) || kept.size() == live.size();
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  private Maildir maildir(RestorePlan plan) throws IOException {
    return MailHost.maildir(mail, plan.into(), _ -> {})
        .orElseThrow(
            () -> new RestoreException("the mailbox " + plan.into() + " is not on this host"));
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

  /** Dovecot counts anew where the file of a Maildir++ quota is missing. */
  private static void forgetQuota(Maildir maildir) throws IOException {
    try {
      maildir.root().unlink(MAILDIRSIZE);
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  /** One run of a job. */
  private final class Work {
    private final RestoreJob job;
    private final RestorePlan plan;
    private final Maildir maildir;
    private final RestoreProgress progress;
    private final Map<List<Integer>, Receipt.Entry> done;
    private final Set<String> notes;
    private final List<Receipt.Entry> batch = new ArrayList<>();
    private final List<RestoredFolder> folders = new ArrayList<>();
    private long flushed = System.nanoTime();

    /** Folder and pool name of what is missing still. */
    private final Set<List<Object>> missing = new HashSet<>();

    Work(RestoreJob job, RestorePlan plan, Maildir maildir, RestoreProgress progress)
        throws IOException {
      this.job = job;
      this.plan = plan;
      this.maildir = maildir;
      this.progress = progress;
      this.done = new LinkedHashMap<>(job.done());
      this.notes = job.notes();
    }

    void run() throws IOException {
      long total = plan.messages();
      for (PlannedFolder planned : plan.folders()) {
        if (planned.make() && planned.messages().isEmpty()) {
          make(planned).close();
        }
      }
      if (done.size() == total) {
        forgetQuota(maildir);
        return;
      }
      Set<String> ours = new HashSet<>();
      plan.folders()
          .forEach(
              folder -> folder.messages().forEach(message -> ours.add(message.baseName().bytes())));
      LiveMailbox live = LiveMailbox.look(maildir, clock, ours);
      RestorePlan now =
          new RestorePlanner(store, mail, clock).plan(plan.again(), plan.into(), maildir, live);
      now.folders()
          .forEach(
              folder ->
                  folder
                      .messages()
                      .forEach(message -> missing.add(List.of(folder.name(), message.poolName()))));
      Map<String, String> digests = new HashMap<>(store.digests(plan.mailbox()));
      try (DirectoryHandle pool = store.poolDirectory(plan.mailbox())) {
        for (int folder = 0; folder < plan.folders().size(); folder++) {
          PlannedFolder planned = plan.folders().get(folder);
          if (!isDone(folder, planned)) {
            restore(folder, planned, new KeptMessages(pool, digests), live, total);
          }
        }
      } finally {
        try {
          flush(); // also where it had to stop: what was added so far is done
        } finally {
          letGo(0);
          forgetQuota(maildir);
        }
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

    private void restore(
        int number, PlannedFolder planned, KeptMessages kept, LiveMailbox live, long total)
        throws IOException {
      if (folders.size() >= BATCH_FOLDERS) {
        flush();
      }
      RestoredFolder folder = make(planned);
      folders.add(folder);
      boolean gone = false;
      for (int message = 0; message < planned.messages().size(); message++) {
        if (!done.containsKey(List.of(number, message))) {
          PlannedMessage each = planned.messages().get(message);
          boolean wanted = missing.contains(List.of(planned.name(), each.poolName()));
          Receipt.Entry entry =
              gone
                  ? deleted(number, message)
                  : restore(number, message, each, folder, kept, live, wanted);
          gone |= entry.text().equals(FOLDER_DELETED);
          batch.add(entry);
          if (batch.size() == BATCH || System.nanoTime() - flushed > BATCH_NANOS) {
            flush();
          }
          progress.at(done.size() + batch.size(), total);
        }
      }
    }

    private RestoredFolder make(PlannedFolder planned) throws IOException {
      List<String> fresh = new ArrayList<>();
      RestoredFolder folder = RestoredFolder.make(maildir, planned, fresh::add, clock);
      for (String note : fresh) {
        if (notes.add(note)) {
          job.note(note);
        }
      }
      return folder;
    }

    private static Receipt.Entry deleted(int number, int message) {
      return new Receipt.Entry(number, message, Receipt.Outcome.REFUSED, FOLDER_DELETED);
    }

    private Receipt.Entry restore(
        int number,
        int message,
        PlannedMessage planned,
        RestoredFolder folder,
        KeptMessages kept,
        LiveMailbox live,
        boolean missing)
        throws IOException {
      FileName name = folder.name(planned);
      if (live.hasOurs(planned.baseName())) {
        // By a run of this job that was killed before it could list it as done.
        return new Receipt.Entry(number, message, Receipt.Outcome.ADDED, name.encoded());
      }
      if (!missing) {
        return new Receipt.Entry(
            number, message, Receipt.Outcome.THERE, "it has come back by itself");
      }
      try {
        folder.add(planned, kept, name);
        return new Receipt.Entry(number, message, Receipt.Outcome.ADDED, name.encoded());
      } catch (RestoredFolder.FolderGoneException e) {
        return deleted(number, message);
      } catch (RefusedException e) {
        return new Receipt.Entry(
            number, message, Receipt.Outcome.REFUSED, String.valueOf(e.getMessage()));
      }
    }

    /** Syncs what was added to any Folder, and lists it as done. */
    private void flush() throws IOException {
      Set<String> gone = new HashSet<>();
      for (RestoredFolder folder : folders) {
        gone.addAll(folder.settle());
      }
      for (RestoredFolder folder : folders) {
        folder.sync(); // after all of that: the first one puts the others on disk too, mostly
      }
      batch.replaceAll(
          entry ->
              entry.outcome() == Receipt.Outcome.ADDED && gone.contains(entry.text())
                  ? deleted(entry.folder(), entry.message())
                  : entry);
      if (!batch.isEmpty()) {
        job.done(batch);
        batch.forEach(entry -> done.put(List.of(entry.folder(), entry.message()), entry));
        batch.clear();
      }
      letGo(1); // not of the one at work: its user may have deleted it, and it would be made again
      flushed = System.nanoTime();
    }

    private void letGo(int butTheLast) {
      List<RestoredFolder> over = folders.subList(0, Math.max(0, folders.size() - butTheLast));
      over.forEach(RestoredFolder::close);
      over.clear();
    }
  }
}
