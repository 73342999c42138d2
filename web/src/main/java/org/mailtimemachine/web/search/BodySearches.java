package org.mailtimemachine.web.search;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.catalogue.Catalogue;

/**
 * The searches through bodies on this server: one for each session, of which what it found is kept
 * for a while; a new one ends the one before. At most {@value #MOST_AT_ONCE} are carried out at a
 * time and {@value #MOST_OF_MAILBOX} of a Mailbox; others wait, in the order in which they came, at
 * most {@value #MOST_WAITING} and {@value #MOST_WAITING_OF_MAILBOX} of a Mailbox. What is kept is
 * at most {@value #MOST_KEPT} times 160 kB, usually a few kB each; only what is over is ever
 * forgotten. Safe for use by several threads.
 */
@ApplicationScoped
public class BodySearches {

  static final int MOST_AT_ONCE = 4;
  static final int MOST_OF_MAILBOX = 2;
  static final int MOST_WAITING = 32;
  static final int MOST_WAITING_OF_MAILBOX = 2;
  static final int MOST_KEPT = 200;

  private static final Duration KEPT = Duration.ofMinutes(15);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);
  private static final long TICK_MILLIS = 250;

  private Catalogue catalogue;
  private SnapshotStore store;
  private Clock clock;
  private ExecutorService workers;

  /** Whoever waits for a search; told a few times a second, and at its end. */
  @FunctionalInterface
  public interface Watcher {

    /**
     * Told how it stands.
     *
     * @throws IOException where nobody is there any more: then the search stops
     */
    void told(BodySearch.Result result) throws IOException;
  }

  /** By session; those asked for longest ago first. */
  private final Map<String, Kept> searches = new LinkedHashMap<>(16, 0.75f, true);

  /** Those that came first stand first. */
  private final Set<BodySearch> waiting = new LinkedHashSet<>();

  private final Set<BodySearch> running = new HashSet<>();

  private record Kept(BodySearch search, Instant asked) {}

  @SuppressWarnings("NullAway.Init") // for the container, which calls the setters
  BodySearches() {}

  BodySearches(Catalogue catalogue, SnapshotStore store, Clock clock, ExecutorService workers) {
    this.catalogue = catalogue;
    this.store = store;
    this.clock = clock;
    this.workers = workers;
  }

  @Inject
  void setStores(Catalogue catalogue, SnapshotStore store, Clock clock) {
    this.catalogue = catalogue;
    this.store = store;
    this.clock = clock;
  }

  @Resource
  void setWorkers(ManagedExecutorService workers) {
    this.workers = workers;
  }

  /** What a session's search found so far; empty where its last one asked something else. */
  public synchronized Optional<BodySearch.Result> result(String session, BodyQuestion question) {
    forgetOld();
    Kept kept = searches.get(session);
    if (kept == null || !kept.search.question().equals(question)) {
      return Optional.empty();
    }
    searches.put(session, new Kept(kept.search, clock.instant()));
    return Optional.of(kept.search.result());
  }

  /**
   * Carries out a search of a session, in this thread, and ends the one before it. One that was
   * finished, and is still kept, is not carried out again. Of the same Mailbox's searches that wait
   * the oldest is ended where there are too many.
   *
   * @throws TooManySearches where too many of all Mailboxes wait; the watcher was told nothing
   * @throws IOException of the watcher, where nobody waits any more
   */
  public void search(String session, BodyQuestion question, Watcher watcher)
      throws IOException, TooManySearches {
    Optional<BodySearch.Result> known = result(session, question);
    if (known.isPresent() && finished(known.get().state())) {
      watcher.told(known.get());
      return;
    }
    BodySearch search = begin(session, question);
    try {
      for (long patience = 0; !hasTurn(search, patience); patience = TICK_MILLIS) {
        BodySearch.Result now = search.result();
        watcher.told(now);
        if (!now.goesOn()) {
          return;
        }
      }
      int ahead = 2 * Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);
      search.run(catalogue, store, workers, ahead, watcher);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end(search);
    }
  }

  private static boolean finished(BodySearch.State state) {
    return state == BodySearch.State.DONE || state == BodySearch.State.FULL;
  }

  private synchronized BodySearch begin(String session, BodyQuestion question)
      throws TooManySearches {
    forgetOld();
    Kept before = searches.get(session);
    if (before != null) {
      stop(before.search);
    }
    List<BodySearch> mine = of(question.mailbox(), waiting);
    if (mine.size() >= MOST_WAITING_OF_MAILBOX) {
      stop(mine.getFirst());
    }
    if (waiting.size() >= MOST_WAITING) {
      throw new TooManySearches(waiting.size(), RETRY_AFTER);
    }
    BodySearch search = new BodySearch(question);
    searches.put(session, new Kept(search, clock.instant()));
    forgetTooMany(question.mailbox());
    waiting.add(search);
    giveTurns();
    return search;
  }

  private void stop(BodySearch search) {
    search.stop();
    waiting.remove(search);
    notifyAll();
  }

  private void forgetOld() {
    Instant oldest = clock.instant().minus(KEPT);
    searches.values().removeIf(kept -> kept.asked.isBefore(oldest) && kept.search.isOver());
  }

  /** Whoever searches much pays for it himself, as long as he has anything to pay with. */
  private void forgetTooMany(MailboxAddress mailbox) {
    while (searches.size() > MOST_KEPT) {
      List<Map.Entry<String, Kept>> over =
          searches.entrySet().stream().filter(entry -> entry.getValue().search.isOver()).toList();
      Optional<Map.Entry<String, Kept>> oldest =
          over.stream()
              .filter(entry -> entry.getValue().search.question().mailbox().equals(mailbox))
              .findFirst()
              .or(() -> over.stream().findFirst());
      if (oldest.isEmpty()) {
        return;
      }
      searches.remove(oldest.get().getKey());
    }
  }

  private void giveTurns() {
    for (BodySearch next : List.copyOf(waiting)) {
      if (running.size() < MOST_AT_ONCE
          && of(next.question().mailbox(), running).size() < MOST_OF_MAILBOX) {
        waiting.remove(next);
        running.add(next);
      }
    }
    notifyAll();
  }

  private static List<BodySearch> of(MailboxAddress mailbox, Collection<BodySearch> searches) {
    return searches.stream().filter(search -> search.question().mailbox().equals(mailbox)).toList();
  }

  /** Waits so long for the turn of a search that waits, and says whether it has come. */
  private synchronized boolean hasTurn(BodySearch search, long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (waiting.contains(search)) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return running.contains(search);
  }

  private synchronized void end(BodySearch search) {
    search.stop();
    waiting.remove(search);
    running.remove(search);
    giveTurns();
  }
}
