package org.mailtimemachine.web.search;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.catalogue.Catalogue;

/**
 * The searches through bodies on this server: one for each session, of which what it found is kept
 * for a while; a new one ends the one before. At most {@value #MOST_AT_ONCE} are carried out at a
 * time and {@value #MOST_OF_MAILBOX} of a Mailbox; others wait. What is kept is at most {@value
 * #MOST_KEPT} times 160 kB, usually a few kB each. Safe for use by several threads.
 */
@ApplicationScoped
public class BodySearches {

  private static final int MOST_AT_ONCE = 4;
  private static final int MOST_OF_MAILBOX = 2;
  private static final int MOST_KEPT = 200;
  private static final Duration KEPT = Duration.ofMinutes(15);
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

  private final Map<MailboxAddress, Integer> running = new HashMap<>();

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
   * finished, and is still kept, is not carried out again.
   *
   * @throws IOException of the watcher, where nobody waits any more
   */
  public void search(String session, BodyQuestion question, Watcher watcher) throws IOException {
    Optional<BodySearch.Result> known = result(session, question);
    if (known.isPresent() && finished(known.get().state())) {
      watcher.told(known.get());
      return;
    }
    BodySearch search = begin(session, question);
    MailboxAddress mailbox = question.mailbox();
    try {
      while (!enter(mailbox)) {
        if (search.isOver()) {
          return;
        }
        watcher.told(search.result());
      }
    } catch (IOException | InterruptedException e) {
      search.stop();
      if (e instanceof IOException gone) {
        throw gone;
      }
      Thread.currentThread().interrupt();
      return;
    }
    try {
      int ahead = 2 * Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);
      search.run(catalogue, store, workers, ahead, watcher);
    } finally {
      leave(mailbox);
    }
  }

  private static boolean finished(BodySearch.State state) {
    return state == BodySearch.State.DONE || state == BodySearch.State.FULL;
  }

  private synchronized BodySearch begin(String session, BodyQuestion question) {
    forgetOld();
    BodySearch search = new BodySearch(question);
    Kept before = searches.put(session, new Kept(search, clock.instant()));
    if (before != null) {
      before.search.stop();
    }
    Iterator<Kept> oldest = searches.values().iterator();
    while (searches.size() > MOST_KEPT && oldest.hasNext()) {
      oldest.next().search.stop();
      oldest.remove();
    }
    return search;
  }

  private void forgetOld() {
    Instant oldest = clock.instant().minus(KEPT);
    searches.values().removeIf(kept -> kept.asked.isBefore(oldest) && kept.search.isOver());
  }

  /** Takes a place among those that run; waits a moment for one, and says whether it has it. */
  private synchronized boolean enter(MailboxAddress mailbox) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
    while (isFull(mailbox)) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    running.merge(mailbox, 1, Integer::sum);
    return true;
  }

  private boolean isFull(MailboxAddress mailbox) {
    int all = running.values().stream().mapToInt(n -> n).sum();
    return all >= MOST_AT_ONCE || running.getOrDefault(mailbox, 0) >= MOST_OF_MAILBOX;
  }

  private synchronized void leave(MailboxAddress mailbox) {
    running.computeIfPresent(mailbox, (key, count) -> count == 1 ? null : count - 1);
    notifyAll();
  }
}
