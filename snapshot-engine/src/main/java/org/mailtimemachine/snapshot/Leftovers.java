package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * What takes left that died or gave up. Nobody ever saw it, and it is not built upon: after a sync
 * that failed the kernel shows what it may not have written. Where it cannot be removed of some
 * Mailboxes, the marks stay, and a file beside them names these Mailboxes, so that the next takes
 * need not read all others again.
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
    Optional<UncleanMailboxes> known = store.unclean().filter(file -> file.covers(begun));
    Collection<MailboxAddress> suspects =
        known.isPresent() ? known.get().mailboxes() : store.mailboxes();
    SortedSet<MailboxAddress> unclean = new TreeSet<>();
    for (MailboxAddress mailbox : suspects) {
      if (!of(mailbox, kept -> removeManifests(kept, never))) {
        unclean.add(mailbox);
      }
    }
    store.root().syncFileSystem();
    for (MailboxAddress mailbox : suspects) {
      if (!unclean.contains(mailbox) && !of(mailbox, Leftovers::removeUnnamed)) {
        unclean.add(mailbox);
      }
    }
    if (unclean.isEmpty()) {
      store.forget(begun);
    } else if (known.isEmpty() || !known.get().mailboxes().equals(unclean)) {
      store.publish(new UncleanMailboxes(Set.copyOf(begun), unclean));
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
    if (kept.damagedSince(LocalDate.EPOCH)) {
      throw new StoreException(
          "something damaged was set aside in %s/damaged, and it may have named it: move that away when it is not needed any more"
              .formatted(kept.directory().path()));
    }
    Expiry.removeUnnamed(kept);
    return true;
  }
}
