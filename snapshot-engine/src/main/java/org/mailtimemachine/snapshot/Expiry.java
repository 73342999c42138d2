package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Manifest;
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
   */
  public record Outcome(List<SnapshotName> expired, long messages) {}

  /**
   * Expires what is over.
   *
   * @param today in the zone of the host
   * @throws StoreException where a take or another expiry is at work
   * @throws IOException where a Manifest or Listing cannot be read: then nothing more is removed
   */
  public Outcome run(Retention retention, LocalDate today) throws IOException {
    try (Store.StoreLock lock = store.lock()) {
      assert lock != null;
      List<Run> runs = store.runs();
      List<SnapshotName> expired =
          retention.expired(
              today,
              runs.stream().filter(Run::complete).map(Run::name).toList(),
              runs.stream().map(Run::name).toList());
      for (SnapshotName name : expired) {
        store.withdraw(name);
      }
      Set<SnapshotName> visible = Set.copyOf(store.visible());
      List<MailboxAddress> touched = new ArrayList<>();
      for (MailboxAddress mailbox : store.mailboxes()) {
        if (removeManifests(mailbox, visible)) {
          touched.add(mailbox);
        }
      }
      store.root().syncFileSystem();
      long messages = 0;
      for (MailboxAddress mailbox : touched) {
        messages += removeUnnamed(mailbox);
      }
      return new Outcome(expired, messages);
    }
  }

  /** Also those that a take published and then died before its run was recorded. */
  private boolean removeManifests(MailboxAddress mailbox, Set<SnapshotName> visible)
      throws IOException {
    try (MailboxStore kept = require(mailbox)) {
      kept.removeStaged();
      boolean removed = false;
      for (SnapshotName name : kept.names()) {
        if (!visible.contains(name)) {
          kept.remove(name);
          removed = true;
        }
      }
      return removed;
    }
  }

  private long removeUnnamed(MailboxAddress mailbox) throws IOException {
    try (MailboxStore kept = require(mailbox)) {
      Set<String> listings = new HashSet<>();
      for (SnapshotName name : kept.names()) {
        Manifest manifest = kept.manifest(name);
        manifest.folders().stream().map(ManifestFolder::listing).forEach(listings::add);
      }
      Set<String> messages = new HashSet<>();
      for (String digest : listings) {
        // One that cannot be read ends the expiry here: it may name what we would remove.
        kept.listing(digest).messages().stream()
            .map(ListedMessage::poolName)
            .forEach(messages::add);
      }
      long removed = 0;
      for (DirectoryEntry entry : kept.pool().list()) {
        FileName name = entry.name();
        if (!messages.contains(name.encoded())) {
          StoreFiles.removeIfThere(kept.pool(), name);
          removed++;
        }
      }
      for (String digest : kept.listings()) {
        if (!listings.contains(digest)) {
          kept.removeListing(digest);
        }
      }
      forgetDigests(kept, messages);
      return removed;
    }
  }

  private static void forgetDigests(MailboxStore kept, Set<String> messages) throws IOException {
    Map<String, String> digests = kept.digests();
    Map<String, String> needed = new HashMap<>(digests);
    if (needed.keySet().retainAll(messages)) {
      kept.replaceDigests(needed);
    }
  }

  private MailboxStore require(MailboxAddress mailbox) throws IOException {
    return MailboxStore.find(store.root(), mailbox)
        .orElseThrow(() -> new StoreException("vanished from the store: " + mailbox));
  }
}
