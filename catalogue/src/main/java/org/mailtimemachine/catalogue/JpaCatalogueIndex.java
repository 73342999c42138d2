package org.mailtimemachine.catalogue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.hibernate.exception.JDBCConnectionException;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.mime.MessageReader;
import org.mailtimemachine.snapshot.SnapshotName;
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

  /** Where everything readable was indexed; null for unknown. */
  private volatile @Nullable InStep upToDate;

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
    InStep last = upToDate;
    if (last != null && version.equals(last.version()) && rows().equals(last.rows())) {
      requireAll(last.failures());
      return 0;
    }
    Optional<ServerTurn> turn = ServerTurn.tryTake(ServerTurn.Work.INDEXING, database);
    if (turn.isEmpty()) {
      return 0;
    }
    try (ServerTurn _ = turn.get()) {
      return index(version);
    }
  }

  @Override
  public void rebuild() throws IOException {
    try (ServerTurn _ = waitForTurn()) {
      upToDate = null;
      sessions.inStatelessTransaction(
          session ->
              session
                  .createNativeMutationQuery(
                      "truncate mailbox, snapshot, folder, folder_state, message, presence")
                  .executeUpdate());
      index(store.version());
    }
  }

  private ServerTurn waitForTurn() throws IOException {
    while (true) {
      Optional<ServerTurn> turn = ServerTurn.tryTake(ServerTurn.Work.INDEXING, database);
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
    Tally tally = new Tally();
    try (ExecutorService readers =
        Executors.newFixedThreadPool(
            READERS, Thread.ofPlatform().name("indexing-reader-", 0).daemon().factory())) {
      for (MailboxAddress mailbox : store.mailboxes()) {
        try {
          index(mailbox, known.remove(mailbox), readers, tally);
        } catch (InterruptedIOException | JDBCConnectionException e) {
          throw e;
        } catch (IOException | RuntimeException e) {
          failed(mailbox, e, tally);
        }
      }
    }
    for (var gone : known.entrySet()) {
      forget(gone.getValue());
      tally.changes += gone.getValue().snapshots().size();
    }
    if (tally.messages >= MANY) {
      analyze();
    }
    // A damaged Snapshot is tried again when something new appears, not every few seconds.
    String failures =
        tally.failures + tally.failedMailboxes == 0
            ? ""
            : "%d Snapshots and %d whole Mailboxes cannot be indexed; the log names them"
                .formatted(tally.failures, tally.failedMailboxes);
    upToDate = new InStep(version, rows(), failures);
    requireAll(failures);
    return tally.changes;
  }

  /** Also where they are not tried again just now: who asks must not take it for in step. */
  private static void requireAll(String failures) throws IOException {
    if (!failures.isEmpty()) {
      throw new IOException(failures);
    }
  }

  /** One Mailbox must not keep those after it out of sight. */
  private void failed(MailboxAddress mailbox, Exception cause, Tally tally) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw (InterruptedIOException)
          new InterruptedIOException("indexing of " + mailbox + " was interrupted")
              .initCause(cause);
    }
    rows(); // fails where the database is away: then it is not the Mailbox, and all is tried again
    tally.failedMailboxes++;
    LOG.log(System.Logger.Level.WARNING, () -> mailbox + " cannot be indexed", cause);
  }

  /** Tells a database that was emptied or restored meanwhile from the one that was left. */
  private Rows rows() {
    Object[] row =
        sessions.fromStatelessSession(
            session ->
                session
                    .createSelectionQuery(
                        "select count(*), max(s.seq) from SnapshotRow s", Object[].class)
                    .getSingleResult());
    return new Rows((Long) row[0], (Long) row[1]);
  }

  private void index(
      MailboxAddress mailbox, @Nullable Known known, ExecutorService readers, Tally tally)
      throws IOException {
    List<SnapshotName> stored = store.snapshots(mailbox);
    if (known == null ? stored.isEmpty() : known.isExactly(stored)) {
      return;
    }
    long id = known != null ? known.id() : add(mailbox);
    MessageIntake intake = new MessageIntake(sessions, store, envelope, readers, mailbox, id);
    MailboxIndexer indexer = new MailboxIndexer(sessions, store, intake, mailbox, id);
    indexer.catchUp(stored, known != null ? known.snapshots() : new TreeSet<>());
    tally.changes += indexer.changes();
    tally.failures += indexer.failures();
    tally.messages += intake.taken();
  }

  private long add(MailboxAddress mailbox) {
    MailboxRow row = new MailboxRow(mailbox);
    sessions.inStatelessTransaction(session -> session.insert(row));
    return Objects.requireNonNull(row.id, "the database gives the id");
  }

  private void forget(Known gone) {
    sessions.inStatelessTransaction(
        session -> {
          Forgetting forgetting = new Forgetting(session, gone.id());
          forgetting.forgetAllSnapshots();
          forgetting.forgetMailbox();
        });
  }

  /** PostgreSQL looks by itself after a minute; a user looks at once. */
  private void analyze() {
    sessions.inStatelessTransaction(
        session -> session.createNativeMutationQuery("analyze message, presence").executeUpdate());
  }

  private SortedMap<MailboxAddress, Known> known() {
    SortedMap<MailboxAddress, Known> known = new TreeMap<>();
    sessions
        .fromStatelessSession(
            session ->
                session
                    .createSelectionQuery(
                        """
                        select m.localPart, m.domain, m.id, s.seq
                        from MailboxRow m left join SnapshotRow s on s.mailboxId = m.id
                        """,
                        Object[].class)
                    .getResultList())
        .forEach(
            row -> {
              var mailbox = new MailboxAddress((String) row[0], (String) row[1]);
              Known before =
                  known.computeIfAbsent(mailbox, _ -> new Known((Long) row[2], new TreeSet<>()));
              if (row[3] != null) {
                before.snapshots().add((Long) row[3]);
              }
            });
    return known;
  }

  /** What the Catalogue has of a Mailbox. */
  private record Known(long id, NavigableSet<Long> snapshots) {

    boolean isExactly(List<SnapshotName> stored) {
      return stored.size() == snapshots.size()
          && stored.stream().allMatch(name -> snapshots.contains(SnapshotSequence.of(name)));
    }
  }

  /** The Store's version and what the Catalogue had of it. */
  private record InStep(String version, Rows rows, String failures) {}

  /** How many Snapshots, and the highest sequence; null where there is none. */
  private record Rows(Long count, @Nullable Long newest) {}

  /** What one call did. */
  private static final class Tally {
    int changes;
    int failures;
    int failedMailboxes;
    long messages;
  }
}
