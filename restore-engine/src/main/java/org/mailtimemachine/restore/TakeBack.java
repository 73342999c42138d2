package org.mailtimemachine.restore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
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

  private static final System.Logger LOG = System.getLogger(TakeBack.class.getName());

  private static final int BATCH = 10_000;

  private final RestoreJob job;
  private final TakenBackList list;
  private final RestorePlan plan;
  private final List<Receipt.Entry> added;
  private final KeptMessages kept;
  private final LiveMailbox mailbox;
  private final Set<String> removed;
  private final Map<String, LeftAlone.Why> left = new LinkedHashMap<>();

  TakeBack(
      RestoreJob job, RestorePlan plan, Receipt receipt, KeptMessages kept, LiveMailbox mailbox)
      throws IOException {
    this.job = job;
    this.list = job.takenBack();
    this.plan = plan;
    this.added =
        receipt.entries().stream()
            .filter(entry -> entry.outcome() == Receipt.Outcome.ADDED)
            .toList();
    this.kept = kept;
    this.mailbox = mailbox;
    this.removed = list.removed();
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
    sayWhatIsLeft();
    return new Restorer.TakenBack(removed.size(), added.size() - removed.size());
  }

  /** What somebody was about to remove who was killed: is it gone, or has its user touched it? */
  private void reconcile() throws IOException {
    Set<String> removing = list.removing();
    if (removing.isEmpty()) {
      return;
    }
    Map<String, LiveMailbox.PutBack> messages = new HashMap<>();
    for (Receipt.Entry entry : added) {
      if (removing.contains(entry.text())) {
        messages.put(entry.text(), putBack(entry));
      }
    }
    // What is there still comes to its turn below, or is its user's.
    Set<String> gone = new HashSet<>(messages.keySet());
    gone.removeAll(mailbox.stillThere(messages));
    Set<String> stays = new HashSet<>(removing);
    stays.removeAll(gone);
    list.removed(gone, stays);
    removed.addAll(gone);
  }

  private LiveMailbox.PutBack putBack(Receipt.Entry entry) {
    PlannedFolder folder = plan.folders().get(entry.folder());
    return new LiveMailbox.PutBack(folder, folder.messages().get(entry.message()), entry.text());
  }

  /** For people: nothing depends on it, and the same again says the same. */
  private void sayWhatIsLeft() throws IOException {
    Map<String, LiveMailbox.PutBack> others = new HashMap<>();
    for (Receipt.Entry entry : added) {
      if (!removed.contains(entry.text()) && !left.containsKey(entry.text())) {
        others.put(entry.text(), putBack(entry));
      }
    }
    try {
      Set<String> there = others.isEmpty() ? Set.of() : mailbox.stillThere(others);
      others
          .keySet()
          .forEach(
              name ->
                  left.put(
                      name, there.contains(name) ? LeftAlone.Why.TOUCHED : LeftAlone.Why.GONE));
    } catch (IOException e) {
      // One folder of the mailbox that cannot be read, say: what was removed is removed all the
      // same.
      LOG.log(
          System.Logger.Level.WARNING,
          () -> "Why the restore " + plan.id() + " left messages cannot be told: " + e.getMessage(),
          e);
      others.keySet().forEach(name -> left.put(name, LeftAlone.Why.UNKNOWN));
    }
    if (!left.equals(list.leftAlone())) {
      list.leftAlone(left);
    }
  }

  private void remove(PlannedFolder planned, List<Receipt.Entry> entries) throws IOException {
    Optional<RestoredFolder> found = mailbox.find(planned, Map.of());
    if (found.isEmpty()) {
      return; // The Folder is gone, and all that was in it is its user's affair.
    }
    try (RestoredFolder folder = found.get()) {
      for (int from = 0; from < entries.size(); from += BATCH) {
        List<Receipt.Entry> batch = entries.subList(from, Math.min(entries.size(), from + BATCH));
        remove(planned, batch, folder);
      }
    }
  }

  private void remove(PlannedFolder planned, List<Receipt.Entry> batch, RestoredFolder folder)
      throws IOException {
    List<RestoredFolder.Kept> held = new ArrayList<>();
    for (Receipt.Entry entry : batch) {
      PlannedMessage message = planned.messages().get(entry.message());
      kept(message)
          .ifPresentOrElse(
              file -> held.add(new RestoredFolder.Kept(message, entry.text(), file)),
              () -> left.put(entry.text(), LeftAlone.Why.NOT_KEPT));
    }
    List<String> untouched = folder.untouched(held);
    if (untouched.isEmpty()) {
      return;
    }
    list.removing(untouched);
    Set<String> gone = folder.remove(untouched);
    folder.sync();
    List<String> stays = untouched.stream().filter(name -> !gone.contains(name)).toList();
    list.removed(gone, stays);
    removed.addAll(gone);
    if (!stays.isEmpty()) {
      folder.untouched(held).stream()
          .filter(stays::contains)
          .forEach(name -> left.put(name, LeftAlone.Why.NOT_REMOVABLE));
    }
  }

  /**
   * What the Store holds of it: what came back may be the last copy there is. Nothing else looks
   * after the copies that a job has for itself, so these are read.
   */
  private Optional<FileStatus> kept(PlannedMessage message) throws IOException {
    try {
      return Optional.of(
          plan.ofCopies()
              ? kept.require(message)
              : kept.pool().status(FileName.ofEncoded(message.poolName())));
    } catch (RefusedException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "A message that came back is not taken back: {0}",
          e.getMessage());
      return Optional.empty();
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Those that the restore has made, the deepest first: a Folder below one keeps it. */
  private void removeFolders() throws IOException {
    Map<Integer, Set<Long>> made = job.made();
    Set<Integer> subscribed = job.subscribed();
    Set<Integer> begun = list.removingFolders();
    List<Integer> folders =
        IntStream.range(0, plan.folders().size())
            .boxed()
            .filter(made::containsKey)
            .sorted(Comparator.comparing(this::depth).reversed())
            .toList();
    for (int number : folders) {
      LiveMailbox.OwnFolder folder =
          mailbox.own(number, plan.folders().get(number), made.getOrDefault(number, Set.of()));
      if (begun.contains(number)) {
        folder.finish();
      }
      boolean unused = folder.unused();
      if (unused && !begun.contains(number)) {
        list.removingFolder(number);
      }
      boolean gone = unused ? folder.remove() : begun.contains(number) && folder.missing();
      if (gone && subscribed.contains(number)) {
        folder.unsubscribe();
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
