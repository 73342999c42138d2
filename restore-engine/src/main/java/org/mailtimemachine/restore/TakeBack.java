package org.mailtimemachine.restore;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.maildir.Subscriptions;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.PosixException;

/**
 * One run of a take-back. What is about to be removed is written down before it is, and what came
 * of it after: whoever goes on after a kill knows what the one before him has removed, and does not
 * take it for what its user has.
 */
final class TakeBack {

  private static final int BATCH = 10_000;

  private final RestoreJob job;
  private final RestorePlan plan;
  private final List<Receipt.Entry> added;
  private final DirectoryHandle pool;
  private final Maildir maildir;
  private final InstantSource clock;
  private final Set<String> removed;

  TakeBack(
      RestoreJob job,
      RestorePlan plan,
      Receipt receipt,
      DirectoryHandle pool,
      Maildir maildir,
      InstantSource clock)
      throws IOException {
    this.job = job;
    this.plan = plan;
    this.added =
        receipt.entries().stream()
            .filter(entry -> entry.outcome() == Receipt.Outcome.ADDED)
            .toList();
    this.pool = pool;
    this.maildir = maildir;
    this.clock = clock;
    this.removed = job.takenBack();
  }

  Restorer.TakenBack run() throws IOException {
    reconcile();
    Map<Integer, List<Receipt.Entry>> byFolder = new HashMap<>();
    for (Receipt.Entry entry : added) {
      if (!removed.contains(entry.text())) {
        byFolder.computeIfAbsent(entry.folder(), _ -> new ArrayList<>()).add(entry);
      }
    }
    for (Map.Entry<Integer, List<Receipt.Entry>> folder : byFolder.entrySet()) {
      remove(plan.folders().get(folder.getKey()), folder.getValue());
    }
    removeFolders();
    return new Restorer.TakenBack(removed.size(), added.size() - removed.size());
  }

  /** What somebody was about to remove who was killed: is it gone, or has its user touched it? */
  private void reconcile() throws IOException {
    Set<String> removing = job.removing();
    if (removing.isEmpty()) {
      return;
    }
    Map<String, PlannedMessage> messages = new HashMap<>();
    for (Receipt.Entry entry : added) {
      if (removing.contains(entry.text())) {
        messages.put(
            entry.text(), plan.folders().get(entry.folder()).messages().get(entry.message()));
      }
    }
    Set<String> ours = new HashSet<>();
    messages.values().forEach(message -> ours.add(message.baseName().bytes()));
    LiveMailbox live = LiveMailbox.look(maildir, clock, ours);
    Set<String> gone = new HashSet<>();
    Set<String> left = new HashSet<>(removing);
    messages.forEach(
        (name, message) -> {
          // With whatever flags: what is there still comes to its turn below, or is its user's.
          if (!live.hasOurs(message.baseName())) {
            gone.add(name);
            left.remove(name);
          }
        });
    job.removed(gone, left);
    removed.addAll(gone);
  }

  private void remove(PlannedFolder planned, List<Receipt.Entry> entries) throws IOException {
    try (RestoredFolder folder = RestoredFolder.find(maildir, planned.path())) {
      for (int from = 0; from < entries.size(); from += BATCH) {
        List<Receipt.Entry> batch = entries.subList(from, Math.min(entries.size(), from + BATCH));
        remove(planned, batch, folder);
      }
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
      // The Folder is gone, and all that was in it is its user's affair.
    }
  }

  private void remove(PlannedFolder planned, List<Receipt.Entry> batch, RestoredFolder folder)
      throws IOException {
    List<String> untouched = new ArrayList<>();
    for (Receipt.Entry entry : batch) {
      // By its whole name: whoever read or flagged it has given it another one.
      Optional<FileStatus> live = folder.find(FileName.ofEncoded(entry.text()));
      if (live.isPresent() && isKept(planned.messages().get(entry.message()), live.get())) {
        untouched.add(entry.text());
      }
    }
    if (untouched.isEmpty()) {
      return;
    }
    job.removing(untouched);
    List<String> gone = new ArrayList<>();
    List<String> left = new ArrayList<>();
    for (String name : untouched) {
      (folder.remove(FileName.ofEncoded(name)) ? gone : left).add(name);
    }
    folder.sync();
    job.removed(gone, left);
    removed.addAll(gone);
  }

  /** Whether the Store still holds it: what came back may be the last copy there is. */
  private boolean isKept(PlannedMessage message, FileStatus live) throws IOException {
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

  /** Those that the restore has made, the deepest first: a Folder below one keeps it. */
  private void removeFolders() throws IOException {
    Map<Integer, Set<Long>> made = job.made();
    Set<Integer> subscribed = job.subscribed();
    Set<Integer> begun = job.removingFolders();
    List<Integer> folders =
        IntStream.range(0, plan.folders().size())
            .boxed()
            .filter(made::containsKey)
            .sorted(Comparator.comparing(this::depth).reversed())
            .toList();
    for (int number : folders) {
      MadeFolder folder =
          new MadeFolder(
              maildir,
              plan.folders().get(number).path(),
              made.getOrDefault(number, Set.of()),
              number);
      if (begun.contains(number)) {
        folder.finish();
      }
      boolean unused = folder.unused();
      if (unused && !begun.contains(number)) {
        job.removingFolder(number);
      }
      boolean gone = unused ? folder.remove() : begun.contains(number) && folder.missing();
      if (gone && subscribed.contains(number)) {
        Subscriptions.remove(maildir.root(), plan.folders().get(number).path(), clock);
      }
    }
  }

  /** A Folder below another one has the longer name on disk, in both layouts. */
  private int depth(int folder) {
    return plan.folders().get(folder).path().stream()
        .mapToInt(name -> name.bytes().length() + 1)
        .sum();
  }
}
