package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * What takes left that died or gave up. Nobody ever saw it, and it is not built upon: after a sync
 * that failed the kernel shows what it may not have written.
 */
final class Leftovers {

  private final Store store;
  private final Consumer<String> warnings;

  Leftovers(Store store, Consumer<String> warnings) {
    this.store = store;
    this.warnings = warnings;
  }

  /** Removes all of it. Whoever calls holds the lock, and has not begun a run of his own. */
  void remove() throws IOException {
    List<SnapshotName> begun = store.begun();
    if (begun.isEmpty()) {
      return;
    }
    Set<SnapshotName> never = new HashSet<>(begun);
    never.removeAll(store.visible());
    boolean all = true;
    for (MailboxAddress mailbox : store.mailboxes()) {
      all &= of(mailbox, kept -> removeManifests(kept, never));
    }
    store.root().syncFileSystem();
    for (MailboxAddress mailbox : store.mailboxes()) {
      all &= of(mailbox, Leftovers::removeUnnamed);
    }
    if (all) {
      store.forget(begun);
    }
  }

  private interface Removal {
    boolean of(MailboxStore kept) throws IOException;
  }

  /** A Mailbox of which something cannot be read must not keep the others from being taken. */
  private boolean of(MailboxAddress mailbox, Removal removal) {
    try {
      Optional<MailboxStore> found = MailboxStore.find(store.root(), mailbox);
      if (found.isEmpty()) {
        return true;
      }
      try (MailboxStore kept = found.get()) {
        return removal.of(kept);
      }
    } catch (IOException e) {
      warnings.accept("what an unfinished take left of " + mailbox + " stays: " + e.getMessage());
      return false;
    }
  }

  private static boolean removeManifests(MailboxStore kept, Set<SnapshotName> never)
      throws IOException {
    kept.removeStaged();
    for (SnapshotName name : kept.names()) {
      if (never.contains(name)) {
        kept.remove(name);
      }
    }
    return true;
  }

  private static boolean removeUnnamed(MailboxStore kept) throws IOException {
    if (!kept.hidden().isEmpty()) {
      return false; // an expiry was killed, too, and the next one decides what becomes of these
    }
    Expiry.removeUnnamed(kept);
    return true;
  }
}
