package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * Removes Snapshots whose time is over, and what nothing names any more. The order is the reverse
 * of a take: first the Day becomes invisible, then its Manifests go, and only when that is on disk
 * the links that no Manifest names. Killed at any moment, it is finished by running it again.
 */
public final class Expiry {

  private final Store store;

  public Expiry(Store store) {
    this.store = store;
  }

  /**
   * What an expiry did.
   *
   * @param expired the Snapshots that went
   * @param messages links that were removed from Pools
   * @param problems Mailboxes of which nothing was removed because something cannot be read, each
   *     with the reason: it may name what would have been removed
   */
  public record Outcome(List<SnapshotName> expired, long messages, List<String> problems) {}

  /**
   * Expires what is over.
   *
   * @param today in the zone of the host
   * @throws StoreException where a take or another expiry is at work
   */
  public Outcome run(Retention retention, LocalDate today) throws IOException {
    try (Store.StoreLock lock = store.lock()) {
      assert lock != null;
      // Only nights of the whole host take the place of older ones: a snapshot of one mailbox by
      // hand says nothing about the others.
      List<SnapshotName> complete =
          store.runs().stream().filter(r -> r.all() && r.complete()).map(Run::name).toList();
      List<SnapshotName> expired = retention.expired(today, complete, store.visible());
      for (SnapshotName name : expired) {
        store.withdraw(name);
      }
      Set<SnapshotName> visible = Set.copyOf(store.visible());
      List<String> problems = new ArrayList<>();
      for (MailboxAddress mailbox : store.mailboxes()) {
        removeManifests(mailbox, visible, problems);
      }
      store.root().syncFileSystem();
      long messages = 0;
      for (MailboxAddress mailbox : store.mailboxes()) {
        messages += removeUnnamed(mailbox, problems);
      }
      return new Outcome(expired, messages, problems);
    }
  }

  /** Also those that a take published and then died before its run was recorded. */
  private void removeManifests(
      MailboxAddress mailbox, Set<SnapshotName> visible, List<String> problems) {
    try {
      Optional<MailboxStore> found = MailboxStore.find(store.root(), mailbox);
      if (found.isEmpty()) {
        return; // a first take of it died before it had made all directories
      }
      try (MailboxStore kept = found.get()) {
        kept.removeStaged();
        for (SnapshotName name : kept.names()) {
          if (!visible.contains(name)) {
            kept.remove(name);
          }
        }
      }
    } catch (IOException e) {
      problems.add(mailbox + ": " + e.getMessage());
    }
  }

  private long removeUnnamed(MailboxAddress mailbox, List<String> problems) {
    try {
      Optional<MailboxStore> found = MailboxStore.find(store.root(), mailbox);
      if (found.isEmpty()) {
        return 0;
      }
      try (MailboxStore kept = found.get()) {
        return removeUnnamed(kept);
      }
    } catch (IOException e) {
      problems.add(mailbox + ": " + e.getMessage());
      return 0;
    }
  }

  private static long removeUnnamed(MailboxStore kept) throws IOException {
    Set<String> named = new HashSet<>();
    for (SnapshotName name : kept.names()) {
      kept.manifest(name).folders().stream().map(ManifestFolder::listing).forEach(named::add);
    }
    List<String> unnamed = kept.listings().stream().filter(l -> !named.contains(l)).toList();
    if (unnamed.isEmpty()) {
      return 0; // whatever went, every state of every Folder is still in a Snapshot
    }
    Set<String> messages = new HashSet<>();
    for (String listing : named) {
      kept.listing(listing).messages().stream().map(ListedMessage::poolName).forEach(messages::add);
    }
    long removed = 0;
    for (DirectoryEntry entry : kept.pool().list()) {
      FileName name = entry.name();
      if (!messages.contains(name.encoded())) {
        StoreFiles.removeIfThere(kept.pool(), name);
        removed++;
      }
    }
    // Last: as long as one of them is there, the next expiry knows that this one was not finished.
    for (String listing : unnamed) {
      kept.removeListing(listing);
    }
    forgetDigests(kept, messages);
    return removed;
  }

  private static void forgetDigests(MailboxStore kept, Set<String> messages) throws IOException {
    Map<String, String> needed = new HashMap<>(kept.digests());
    if (needed.keySet().retainAll(messages)) {
      kept.replaceDigests(needed);
    }
  }
}
