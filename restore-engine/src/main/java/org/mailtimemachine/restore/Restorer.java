package org.mailtimemachine.restore;

import java.io.IOException;
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

  /** So many are added between two syncs; what a power cut takes is added again. */
  private static final int BATCH = 1_000;

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

  /** Makes a plan a job, whose Snapshot stays until it is done or {@link #drop dropped}. */
  public void accept(RestorePlan plan) throws IOException {
    store.pin(
        plan.mailbox(),
        new Pin(
            plan.snapshot(),
            pin(plan.id()),
            "restore",
            "restore " + plan.id(),
            clock.instant(),
            Optional.empty()));
    RestoreJob.make(store, plan);
  }

  /** Lets the Snapshot of a job go that will not be carried out. */
  public void drop(UUID id) throws IOException {
    try (RestoreJob job = RestoreJob.open(store, id)) {
      unpin(job.plan());
    }
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
      if (!store.snapshots(plan.mailbox()).contains(plan.snapshot())) {
        throw new RestoreException(
            "the snapshot %s of %s is not there any more"
                .formatted(plan.snapshot(), plan.mailbox()));
      }
      try (NewFile lock = RestoreJob.lock(store, plan.mailbox());
          Maildir maildir = maildir(plan)) {
        assert lock != null;
        Work work = new Work(job, plan, maildir, progress);
        work.run();
        Receipt receipt =
            new Receipt(id, clock.instant(), List.copyOf(work.done.values()), work.notes);
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
   * Removes what a restore added, as far as nobody has touched it since. The same again removes
   * nothing more.
   *
   * @throws RestoreException where the restore has not been finished
   */
  public TakenBack takeBack(UUID id) throws IOException {
    try (RestoreJob job = RestoreJob.open(store, id)) {
      RestorePlan plan = job.plan();
      Receipt receipt =
          job.receipt()
              .orElseThrow(() -> new RestoreException("the restore " + id + " is not finished"));
      long removed = 0;
      long left = 0;
      try (NewFile lock = RestoreJob.lock(store, plan.mailbox());
          Maildir maildir = maildir(plan)) {
        assert lock != null;
        for (int folder = 0; folder < plan.folders().size(); folder++) {
          int number = folder;
          List<String> names =
              receipt.entries().stream()
                  .filter(
                      entry -> entry.folder() == number && entry.outcome() == Receipt.Outcome.ADDED)
                  .map(Receipt.Entry::text)
                  .toList();
          if (!names.isEmpty()) {
            long gone = remove(maildir, plan.folders().get(folder), names);
            removed += gone;
            left += names.size() - gone;
          }
        }
        forgetQuota(maildir);
      }
      return new TakenBack(removed, left);
    }
  }

  private static long remove(Maildir maildir, PlannedFolder folder, List<String> names)
      throws IOException {
    long removed = 0;
    try (RestoredFolder there = RestoredFolder.find(maildir, folder.path())) {
      for (String name : names) {
        // By its whole name: whoever read or flagged it has given it another one.
        if (there.remove(FileName.ofEncoded(name))) {
          removed++;
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

  private Maildir maildir(RestorePlan plan) throws IOException {
    return MailHost.maildir(mail, plan.mailbox(), _ -> {})
        .orElseThrow(
            () -> new RestoreException("the mailbox " + plan.mailbox() + " is not on this host"));
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
    private final List<String> notes = new ArrayList<>();
    private final List<Receipt.Entry> batch = new ArrayList<>();

    /** Folder and pool name of what is missing still. */
    private final Set<List<Object>> missing = new HashSet<>();

    Work(RestoreJob job, RestorePlan plan, Maildir maildir, RestoreProgress progress)
        throws IOException {
      this.job = job;
      this.plan = plan;
      this.maildir = maildir;
      this.progress = progress;
      this.done = new LinkedHashMap<>(job.done());
    }

    void run() throws IOException {
      long total = plan.messages();
      if (done.size() == total) {
        return;
      }
      LiveMailbox live = LiveMailbox.look(maildir, clock);
      RestorePlan now = new RestorePlanner(store, mail, clock).plan(plan.again(), maildir, live);
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
        forgetQuota(maildir);
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
      try (RestoredFolder folder = RestoredFolder.make(maildir, planned, notes::add)) {
        try {
          for (int message = 0; message < planned.messages().size(); message++) {
            if (!done.containsKey(List.of(number, message))) {
              PlannedMessage each = planned.messages().get(message);
              boolean wanted = missing.contains(List.of(planned.name(), each.poolName()));
              Receipt.Entry entry = restore(number, message, each, folder, kept, live, wanted);
              batch.add(entry);
              if (batch.size() == BATCH) {
                flush(folder);
              }
              progress.at(done.size() + batch.size(), total);
            }
          }
        } finally {
          // Also where it had to stop: what was added so far is done.
          flush(folder);
        }
      }
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
      if (live.hasBaseName(planned.baseName())) {
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
      } catch (RefusedException e) {
        return new Receipt.Entry(
            number, message, Receipt.Outcome.REFUSED, String.valueOf(e.getMessage()));
      }
    }

    private void flush(RestoredFolder folder) throws IOException {
      if (!batch.isEmpty()) {
        folder.sync();
        job.done(batch);
        batch.forEach(entry -> done.put(List.of(entry.folder(), entry.message()), entry));
        batch.clear();
      }
    }
  }
}
