package org.mailtimemachine.catalogue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.hibernate.SessionFactory;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Listing;

/**
 * Reads each Message of one Mailbox that the Catalogue does not know yet, once: its envelope and
 * its SHA-256. While some are read, those before them are written, in transactions of their own:
 * what was read is kept, also where the Snapshot cannot be finished.
 *
 * <p>For one thread; the reading is spread over the executor.
 */
final class MessageIntake {

  private static final System.Logger LOG = System.getLogger(MessageIntake.class.getName());

  private static final int CHUNK = 500;
  private static final int CHUNKS_AHEAD = 3;

  private final SessionFactory sessions;
  private final SnapshotStore store;
  private final MessageEnvelope envelope;
  private final ExecutorService readers;
  private final MailboxAddress mailbox;
  private final long mailboxId;

  private @Nullable Map<String, String> recorded;
  private boolean digestsRefused;
  private long taken;

  MessageIntake(
      SessionFactory sessions,
      SnapshotStore store,
      MessageEnvelope envelope,
      ExecutorService readers,
      MailboxAddress mailbox,
      long mailboxId) {
    this.sessions = sessions;
    this.store = store;
    this.envelope = envelope;
    this.readers = readers;
    this.mailbox = mailbox;
    this.mailboxId = mailboxId;
  }

  /** How many Messages were new so far. */
  long taken() {
    return taken;
  }

  /**
   * Sees to it that every Message of a Listing has its row.
   *
   * @throws InterruptedIOException where the thread was interrupted; what was read is kept
   */
  void takeIn(Listing listing) throws IOException {
    Deque<List<Future<MessageRow>>> reading = new ArrayDeque<>();
    Set<UUID> begun = new HashSet<>(); // a Listing may name a Message twice, in two chunks
    try {
      List<ListedMessage> messages = listing.messages();
      for (int from = 0; from < messages.size(); from += CHUNK) {
        List<ListedMessage> chunk = messages.subList(from, Math.min(from + CHUNK, messages.size()));
        List<Future<MessageRow>> started = startReading(unknown(chunk, begun));
        if (!started.isEmpty()) {
          reading.add(started);
        }
        if (reading.size() > CHUNKS_AHEAD) {
          write(reading.remove());
        }
      }
      while (!reading.isEmpty()) {
        write(reading.remove());
      }
    } finally {
      reading.forEach(chunk -> chunk.forEach(future -> future.cancel(false)));
    }
  }

  private List<ListedMessage> unknown(List<ListedMessage> chunk, Set<UUID> begun) {
    Map<UUID, ListedMessage> unknown = LinkedHashMap.newLinkedHashMap(chunk.size());
    chunk.forEach(listed -> unknown.putIfAbsent(CatalogueId.message(listed.poolName()), listed));
    unknown.keySet().removeAll(begun);
    unknown.keySet().removeAll(new HashSet<>(known(unknown.keySet())));
    begun.addAll(unknown.keySet());
    return List.copyOf(unknown.values());
  }

  private List<UUID> known(Set<UUID> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    return sessions.fromStatelessSession(
        session ->
            session
                .createSelectionQuery(
                    """
                    select m.id from MessageRow m
                    where m.mailboxId = :mailbox and m.id in (:ids)
                    """,
                    UUID.class)
                .setParameter("mailbox", mailboxId)
                .setParameterList("ids", ids)
                .getResultList());
  }

  private List<Future<MessageRow>> startReading(List<ListedMessage> messages) throws IOException {
    if (messages.isEmpty()) {
      return List.of();
    }
    Map<String, String> digests = recorded();
    List<Future<MessageRow>> started = new ArrayList<>(messages.size());
    for (ListedMessage listed : messages) {
      started.add(readers.submit(() -> read(listed, digests.get(listed.poolName()))));
    }
    return started;
  }

  private Map<String, String> recorded() throws IOException {
    if (recorded == null) {
      recorded = Map.copyOf(store.digests(mailbox));
    }
    return recorded;
  }

  private MessageRow read(ListedMessage listed, @Nullable String digest) {
    Instant internalDate = CatalogueText.storable(listed.internalDate());
    MessageRow row = new MessageRow(mailboxId, listed.poolName(), listed.size(), internalDate);
    try (StoredMessage message = store.message(mailbox, listed.poolName())) {
      if (digest == null && message.size() != listed.size()) {
        // Edited in place since it was taken: its digest would pass that off as mail.
        envelope.read(message, row);
      } else if (digest == null && message.hasHoles()) {
        // Its owner has made a file of terabytes, all zeros: nobody else shall wait for it.
        envelope.read(message, row);
      } else if (digest == null) {
        envelope.readAndHash(message, row);
      } else {
        row.sha256 = HexFormat.of().parseHex(digest);
        envelope.read(message, row);
      }
    } catch (IOException | RuntimeException e) {
      // One message must not keep a whole mailbox out of sight: it is listed with what is known.
      LOG.log(
          System.Logger.Level.WARNING,
          () -> "message " + listed.poolName() + " of " + mailbox + " cannot be read",
          e);
    }
    return row;
  }

  private void write(List<Future<MessageRow>> chunk) throws IOException {
    List<MessageRow> rows = new ArrayList<>(chunk.size());
    for (Future<MessageRow> future : chunk) {
      rows.add(result(future));
    }
    // The Store first: a Message that has its row is not read again.
    recordDigests(rows);
    sessions.inStatelessTransaction(session -> MessageRows.insert(session, rows));
    taken += rows.size();
  }

  private void recordDigests(List<MessageRow> rows) throws IOException {
    Map<String, String> known = recorded();
    Map<String, String> fresh = new HashMap<>();
    for (MessageRow row : rows) {
      if (row.sha256 != null && !known.containsKey(row.poolName)) {
        fresh.put(row.poolName, HexFormat.of().formatHex(row.sha256));
      }
    }
    if (fresh.isEmpty() || digestsRefused) {
      return;
    }
    try {
      store.recordDigests(mailbox, fresh);
    } catch (IOException e) {
      // A server that may only read the Store, or a full disk: days can be looked at all the same.
      digestsRefused = true;
      LOG.log(
          System.Logger.Level.WARNING,
          () -> "the Store does not take the digests of " + mailbox,
          e);
    }
  }

  private MessageRow result(Future<MessageRow> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException)
          new InterruptedIOException("indexing of " + mailbox + " was interrupted").initCause(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("reading messages of " + mailbox, e.getCause());
    }
  }
}
