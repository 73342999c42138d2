package org.mailtimemachine.web.search;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.mime.MessageWords;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.SnapshotStore.OpenPool;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.Comparison;
import org.mailtimemachine.snapshot.catalogue.MessageLocation;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;

/**
 * One search through the messages themselves: it reads them in the order of the list, several at a
 * time, and keeps the ids of those that it found, in that order. In memory are at most {@value
 * Catalogue#MOST_LOCATIONS} names, a few messages, and {@value #MOST_HITS} ids of 16 bytes. One
 * thread carries it out; any may look at what was found.
 */
public final class BodySearch {

  /** Most messages that are found; then it ends, and says so. */
  public static final int MOST_HITS = 10_000;

  private static final System.Logger LOG = System.getLogger(BodySearch.class.getName());

  private static final int SLICE = 50;
  private static final long TICK_MILLIS = 250;

  /** How a search stands. */
  public enum State {
    WAITING,
    RUNNING,
    /** All messages were read. */
    DONE,
    /** So many were found that it did not go on. */
    FULL,
    /** A day that it reads, or compares with, expired meanwhile: what it found is not all. */
    EXPIRED,
    /** Nobody wants it any more. */
    STOPPED
  }

  /**
   * How far it is, and what it found.
   *
   * @param read messages that were looked at
   * @param total messages that there are to look at
   * @param found how many were found
   */
  public record Result(State state, long read, long total, int found, BodySearch search) {

    /** Of a search that nobody began yet. */
    public static Result waiting(BodyQuestion question) {
      return new BodySearch(question).result();
    }

    /** Whether there will be more. */
    public boolean goesOn() {
      return state == State.WAITING || state == State.RUNNING;
    }

    /** Ids of messages that were found, in the order of the list. */
    public List<UUID> hits(long offset, int limit) {
      return search.hits(Math.min(offset, found), Math.min(limit, found));
    }
  }

  private final BodyQuestion question;

  /** Two for each message that was found; grown by doubling. */
  private long[] hits = new long[128];

  private int found;
  private long read;
  private long total;
  private State state = State.WAITING;

  BodySearch(BodyQuestion question) {
    this.question = question;
  }

  BodyQuestion question() {
    return question;
  }

  /** How it stands now. */
  public synchronized Result result() {
    return new Result(state, read, total, found, this);
  }

  private synchronized List<UUID> hits(long offset, int limit) {
    List<UUID> ids = new ArrayList<>();
    for (int i = (int) offset; i < found && ids.size() < limit; i++) {
      ids.add(new UUID(hits[2 * i], hits[2 * i + 1]));
    }
    return ids;
  }

  /** Ends it; the thread that carries it out notices within a moment. */
  synchronized void stop() {
    if (state == State.WAITING || state == State.RUNNING) {
      state = State.STOPPED;
    }
  }

  synchronized boolean isOver() {
    return state != State.WAITING && state != State.RUNNING;
  }

  /**
   * Carries it out.
   *
   * @param workers who read the messages
   * @param ahead how many of their tasks may be under way at once
   * @throws IOException of the watcher
   */
  void run(
      Catalogue catalogue,
      SnapshotStore store,
      ExecutorService workers,
      int ahead,
      BodySearches.Watcher watcher)
      throws IOException {
    Deque<Future<Slice>> reading = new ArrayDeque<>();
    try {
      begin(count(catalogue));
      MessageWords words = new MessageWords(question.words(), question.fields());
      long offset = 0;
      List<MessageLocation> chunk = chunk(catalogue, offset);
      while (!chunk.isEmpty() && !isOver()) {
        for (int from = 0; from < chunk.size() && !isOver(); from += SLICE) {
          Slice slice = new Slice(chunk.subList(from, Math.min(from + SLICE, chunk.size())));
          reading.add(workers.submit(() -> slice.read(store, words)));
          while (reading.size() > ahead && !isOver()) {
            take(reading, watcher);
          }
        }
        offset += chunk.size();
        chunk = chunk.size() < Catalogue.MOST_LOCATIONS ? List.of() : chunk(catalogue, offset);
      }
      while (!reading.isEmpty() && !isOver()) {
        take(reading, watcher);
      }
      end(isKept(catalogue) ? State.DONE : State.EXPIRED);
      watcher.told(result());
    } finally {
      stop();
      reading.forEach(slice -> slice.cancel(true));
    }
  }

  private long count(Catalogue catalogue) {
    return question
        .day()
        .map(
            day ->
                catalogue
                    .search(question.mailbox(), day, question.folders(), question.query(0))
                    .total())
        .orElseGet(() -> catalogue.searchAllDays(question.mailbox(), question.query(0)).total());
  }

  /** A day that expired has no messages: to have read them all would say too much. */
  private boolean isKept(Catalogue catalogue) {
    Set<SnapshotName> needed = new HashSet<>();
    question.day().ifPresent(needed::add);
    question.compared().map(Comparison::other).ifPresent(needed::add);
    return needed.isEmpty()
        || catalogue.snapshots(question.mailbox()).stream()
            .filter(SnapshotSummary::indexed)
            .map(SnapshotSummary::name)
            .collect(Collectors.toSet())
            .containsAll(needed);
  }

  private List<MessageLocation> chunk(Catalogue catalogue, long offset) {
    return catalogue.locations(
        question.mailbox(), question.day(), question.folders(), question.query(offset));
  }

  /** Waits for the oldest task, so that what is found stands in the order of the list. */
  private void take(Deque<Future<Slice>> reading, BodySearches.Watcher watcher) throws IOException {
    try {
      add(reading.getFirst().get(TICK_MILLIS, TimeUnit.MILLISECONDS));
      reading.removeFirst();
    } catch (TimeoutException e) {
      // the disk is slow: whoever waits is told that it goes on
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop();
    } catch (ExecutionException e) {
      throw new IllegalStateException("reading messages of " + question.mailbox(), e);
    }
    watcher.told(result());
  }

  private synchronized void begin(long messages) {
    total = messages;
    end(State.RUNNING);
  }

  private synchronized void end(State how) {
    if (state == State.WAITING || state == State.RUNNING) {
      state = how;
    }
  }

  private synchronized void add(Slice slice) {
    read += slice.locations.size();
    for (UUID hit : slice.hits) {
      if (found == MOST_HITS) {
        end(State.FULL);
        return;
      }
      if (2 * found == hits.length) {
        hits = Arrays.copyOf(hits, 2 * hits.length);
      }
      hits[2 * found] = hit.getMostSignificantBits();
      hits[2 * found + 1] = hit.getLeastSignificantBits();
      found++;
    }
  }

  /** Some messages of the list, one after the other. */
  private final class Slice {

    private final List<MessageLocation> locations;
    private final List<UUID> hits = new ArrayList<>();

    Slice(List<MessageLocation> locations) {
      this.locations = locations;
    }

    Slice read(SnapshotStore store, MessageWords words) {
      try (OpenPool pool = store.pool(question.mailbox())) {
        for (MessageLocation location : locations) {
          if (isOver() || Thread.currentThread().isInterrupted()) {
            break;
          }
          read(pool, location, words);
        }
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, () -> "not searched: " + question.mailbox(), e);
      }
      return this;
    }

    private void read(OpenPool pool, MessageLocation location, MessageWords words) {
      try (StoredMessage message = pool.message(location.poolName())) {
        if (words.in(message)) {
          hits.add(location.id());
        }
      } catch (IOException e) {
        // one that expired since it was listed, or that the disk does not give
        LOG.log(System.Logger.Level.WARNING, () -> "not searched: " + location.poolName(), e);
      }
    }
  }
}
