package org.mailtimemachine.catalogue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.mime.MessageReader;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.catalogue.CatalogueIndex;

/**
 * Derives the Catalogue from a Store. One transaction for each Mailbox and Snapshot, so a Snapshot
 * is there as a whole or not at all, and what is finished stays when the rest is interrupted.
 *
 * <p>Safe for use by several threads and servers: one of them works, the others return.
 */
final class JpaCatalogueIndex implements CatalogueIndex {

  private static final System.Logger LOG = System.getLogger(JpaCatalogueIndex.class.getName());

  private static final int READERS = 2;
  private static final Duration PATIENCE = Duration.ofMillis(200);

  /** So many new Messages make the planner's idea of the tables worthless. */
  private static final long MANY = 5_000;

  private final SessionFactory sessions;
  private final DataSource database;
  private final SnapshotStore store;
  private final MessageEnvelope envelope;

  /** The Store's version up to which everything is indexed; empty for unknown. */
  private volatile String upToDate = "";

  JpaCatalogueIndex(
      SessionFactory sessions, DataSource database, SnapshotStore store, MessageReader reader) {
    this.sessions = sessions;
    this.database = database;
    this.store = store;
    this.envelope = new MessageEnvelope(reader);
  }

  @Override
  public int catchUp() throws IOException {
    String version = store.version();
    if (version.equals(upToDate)) {
      return 0;
    }
    Optional<IndexingTurn> turn = IndexingTurn.tryTake(database);
    if (turn.isEmpty()) {
      return 0;
    }
    try (IndexingTurn _ = turn.get()) {
      return index(version);
    }
  }

  @Override
  public void rebuild() throws IOException {
    try (IndexingTurn _ = waitForTurn()) {
      upToDate = "";
      sessions.inStatelessTransaction(
          session ->
              session
                  .createNativeMutationQuery(
                      "truncate mailbox, snapshot, folder, folder_state, message, presence")
                  .executeUpdate());
      index(store.version());
    }
  }

  private IndexingTurn waitForTurn() throws IOException {
    while (true) {
      Optional<IndexingTurn> turn = IndexingTurn.tryTake(database);
      if (turn.isPresent()) {
        return turn.get();
      }
      try {
        Thread.sleep(PATIENCE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (InterruptedIOException)
            new InterruptedIOException("waiting for another indexing was interrupted").initCause(e);
      }
    }
  }

  private int index(String version) throws IOException {
    SortedMap<MailboxAddress, Known> known = known();
    int changes = 0;
    int failures = 0;
    long messages = 0;
    try (ExecutorService readers =
        Executors.newFixedThreadPool(
            READERS, Thread.ofPlatform().name("indexing-reader-", 0).daemon().factory())) {
      for (MailboxAddress mailbox : store.mailboxes()) {
        Known before = known.remove(mailbox);
        var stored = store.snapshots(mailbox);
        if (before != null ? before.isExactly(stored) : stored.isEmpty()) {
          continue;
        }
        long id = before != null ? before.id() : add(mailbox);
        MessageIntake intake =
            new MessageIntake(sessions, store, envelope, readers, mailbox, id);
        MailboxIndexer indexer = new MailboxIndexer(sessions, store, intake, mailbox, id);
        indexer.catchUp(stored, before != null ? before.snapshots() : new TreeSet<>());
        changes += indexer.changes();
        failures += indexer.failures();
        messages += intake.taken();
      }
      for (var gone : known.entrySet()) {
        // TODO
      }
    }
    return changes;
  }
}
