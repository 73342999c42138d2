package org.mailtimemachine.catalogue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hibernate.SessionFactory;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.manifest.Manifest;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * Brings the Catalogue of one Mailbox in step with the Store.
 *
 * <p>Stretches can only be continued at their end. A Snapshot that appears before the newest known
 * one, or a newest one that is gone, makes the Mailbox be derived again from all its Manifests;
 * Messages are not read again for that.
 */
final class MailboxIndexer {

  private static final System.Logger LOG = System.getLogger(MailboxIndexer.class.getName());

  private final SessionFactory sessions;
  private final SnapshotStore store;
  private final MessageIntake intake;
  private final MailboxAddress mailbox;
  private final long mailboxId;

  private int changes;
  private int failures;

  MailboxIndexer(
      SessionFactory sessions,
      SnapshotStore store,
      MessageIntake intake,
      MailboxAddress mailbox,
      long mailboxId) {
    this.sessions = sessions;
    this.store = store;
    this.intake = intake;
    this.mailbox = mailbox;
    this.mailboxId = mailboxId;
  }

  /** Snapshots indexed or forgotten so far. */
  int changes() {
    return changes;
  }

  /** Snapshots that could not be read; each was logged with its cause. */
  int failures() {
    return failures;
  }

  /**
   * @param stored what the Store has
   * @param indexed what the Catalogue has
   * @throws IOException where it was interrupted; a Snapshot that cannot be read is skipped
   */
  void catchUp(List<SnapshotName> stored, NavigableSet<Long> indexed) throws IOException {
    NavigableMap<Long, SnapshotName> inStore = new TreeMap<>();
    stored.forEach(name -> inStore.put(SnapshotSequence.of(name), name));
    Set<Long> gone = new HashSet<>(indexed);
    gone.removeAll(inStore.keySet());
    changes += gone.size();

    long newest = indexed.isEmpty() ? -1 : indexed.last();
    if (gone.contains(newest) || anyReadable(inStore.headMap(newest, false), indexed)) {
      forgetAllSnapshots();
      newest = -1;
    } else if (!gone.isEmpty()) {
      NavigableSet<Long> kept = new TreeSet<>(indexed);
      kept.removeAll(gone);
      sessions.inStatelessTransaction(
          session -> new Forgetting(session, mailboxId).forget(gone, kept));
    }
    for (SnapshotName name : inStore.tailMap(newest, false).values()) {
      append(name);
    }
    if (newest == -1) {
      sessions.inStatelessTransaction(
          session -> new Forgetting(session, mailboxId).forgetMessagesWithoutPresence());
    }
  }

  private void forgetAllSnapshots() {
    LOG.log(System.Logger.Level.INFO, () -> "deriving " + mailbox + " again from its Manifests");
    sessions.inStatelessTransaction(
        session -> new Forgetting(session, mailboxId).forgetAllSnapshots());
  }

  /** A damaged Snapshot among the old ones must not cost a new derivation each time. */
  private boolean anyReadable(NavigableMap<Long, SnapshotName> older, Set<Long> indexed)
      throws IOException {
    boolean any = false;
    for (var candidate : older.entrySet()) {
      if (indexed.contains(candidate.getKey())) {
        continue;
      }
      try {
        takeInMessages(store.manifest(mailbox, candidate.getValue()), Set.of());
        any = true;
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        failed(candidate.getValue(), e);
      }
    }
    return any;
  }

  private void append(SnapshotName name) throws IOException {
    try {
      Manifest manifest = store.manifest(mailbox, name);
      takeInMessages(manifest, openListings());
      write(name, manifest);
      changes++;
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      failed(name, e);
    }
  }

  private void takeInMessages(Manifest manifest, Set<String> known) throws IOException {
    for (ManifestFolder folder : manifest.folders()) {
      if (!known.contains(folder.listing())) {
        intake.takeIn(store.listing(mailbox, folder.listing()));
      }
    }
  }

  private void write(SnapshotName name, Manifest manifest) throws IOException {
    try {
      sessions.inStatelessTransaction(
          session -> {
            try {
              new SnapshotWriter(session, store, mailbox, mailboxId, SnapshotSequence.of(name))
                  .write(name, manifest);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private Set<String> openListings() {
    return Set.copyOf(
        sessions.fromStatelessSession(
            session ->
                session
                    .createSelectionQuery(
                        """
                        select f.listing from FolderStateRow f
                        where f.mailboxId = :mailbox and f.toSeq = :open
                        """,
                        String.class)
                    .setParameter("mailbox", mailboxId)
                    .setParameter("open", SnapshotSequence.OPEN)
                    .getResultList()));
  }

  private void failed(SnapshotName name, IOException cause) {
    failures++;
    LOG.log(
        System.Logger.Level.WARNING,
        () -> "Snapshot " + name + " of " + mailbox + " cannot be indexed",
        cause);
  }
}
