package org.mailtimemachine.admin.restoring;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.RestoreBusyException;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.RequestBook;
import org.mailtimemachine.restore.desk.RequestRefusedException;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.restore.desk.RestoreDesk;

/**
 * Carries out what was confirmed, the oldest first: one restore at a time in a Mailbox, and {@value
 * #AT_ONCE} in all, since they share one disk with the mail server. What is to be done stands in
 * the {@link RequestBook} and nowhere else: whoever starts after a crash goes on with it. What had
 * to stop is tried again after {@link #FIRST_PAUSE}, and each time after twice as long, {@link
 * #LONGEST_PAUSE} at most; these pauses are only in memory. Safe for use by several threads.
 */
final class RestoreRuns {

  static final int AT_ONCE = 2;
  static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(30);

  /** After which a restore is looked at again that another server was at work on. */
  static final Duration OTHER_SERVER = Duration.ofSeconds(15);

  private static final System.Logger LOG = System.getLogger(RestoreRuns.class.getName());
  private static final int MANY = 1_000;

  private record Work(MailboxAddress mailbox, RunProgress progress) {}

  private record Pause(Duration length, Instant until) {}

  private final RestoreDesk desk;
  private final RequestBook book;
  private final Executor executor;
  private final InstantSource clock;
  private final Map<UUID, Work> atWork = new HashMap<>();
  private final Map<UUID, Pause> pauses = new HashMap<>();

  RestoreRuns(RestoreDesk desk, RequestBook book, Executor executor, InstantSource clock) {
    this.desk = desk;
    this.book = book;
    this.executor = executor;
    this.clock = clock;
  }

  /** Starts what is confirmed and may be started now. */
  void look() {
    // A database that is slow must not keep those waiting who ask for progress.
    start(book.in(RequestState.CONFIRMED, paused(), MANY));
  }

  /** What would stand before all others, however many of these a full disk has stopped. */
  private synchronized Set<UUID> paused() {
    Instant now = clock.instant();
    return pauses.entrySet().stream()
        .filter(pause -> now.isBefore(pause.getValue().until()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private synchronized void start(List<FiledRequest> confirmed) {
    Instant now = clock.instant();
    Set<UUID> known = confirmed.stream().map(FiledRequest::id).collect(Collectors.toSet());
    pauses
        .entrySet()
        .removeIf(
            pause -> !known.contains(pause.getKey()) && !now.isBefore(pause.getValue().until()));
    for (FiledRequest request : confirmed) {
      if (atWork.size() == AT_ONCE) {
        return;
      }
      if (mayStart(request, now)) {
        start(request);
      }
    }
  }

  private boolean mayStart(FiledRequest request, Instant now) {
    Pause pause = pauses.get(request.id());
    boolean paused = pause != null && now.isBefore(pause.until());
    return !paused
        && atWork.values().stream().map(Work::mailbox).noneMatch(request.mailbox()::equals);
  }

  private void start(FiledRequest request) {
    atWork.put(request.id(), new Work(request.mailbox(), RunProgress.NONE));
    try {
      executor.execute(() -> run(request));
    } catch (RejectedExecutionException e) {
      atWork.remove(request.id()); // the server stops; the next one goes on
    }
  }

  private void run(FiledRequest request) {
    Optional<Duration> pause = Optional.empty();
    try {
      carryOut(request);
    } catch (RestoreBusyException e) {
      pause = Optional.of(OTHER_SERVER);
      LOG.log(Level.DEBUG, "Another server is at work on the restore {0}", request.id());
    } catch (CancellationException e) {
      pause = Optional.of(FIRST_PAUSE);
      LOG.log(
          Level.INFO,
          "The restore {0} stops with the server; the next start goes on",
          request.id());
    } catch (RequestRefusedException e) {
      if (e.why() != RequestRefusedException.Why.NOT_PENDING) { // else somebody has ended it
        pause = Optional.of(longer(request.id())); // mtm.maildirs was taken out of the settings
        LOG.log(Level.WARNING, "The restore {0} waits: {1}", request.id(), e.getMessage());
      }
    } catch (IOException | RuntimeException | Error e) {
      // Not even a library that is missing may keep all others waiting for ever.
      pause = Optional.of(longer(request.id()));
      LOG.log(
          Level.ERROR,
          () ->
              "The restore %s of %s had to stop and is tried again: %s"
                  .formatted(request.id(), request.mailbox(), e.getMessage()),
          e);
    } finally {
      ended(request.id(), pause);
    }
    if (!Thread.currentThread().isInterrupted()) {
      lookAgain();
    }
  }

  private void carryOut(FiledRequest request) throws IOException, RequestRefusedException {
    FiledRequest now =
        desk.carryOut(
            request.id(),
            (done, total) -> {
              if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("the server stops");
              }
              at(request, new RunProgress(done, total));
            });
    LOG.log(
        Level.INFO,
        () ->
            "The restore %s of %s is %s: %s"
                .formatted(
                    request.id(),
                    request.mailbox(),
                    now.state(),
                    now.outcome().map(Object::toString).orElse("")));
  }

  private synchronized void at(FiledRequest request, RunProgress progress) {
    atWork.put(request.id(), new Work(request.mailbox(), progress));
  }

  private synchronized Duration longer(UUID id) {
    Pause before = pauses.get(id);
    Duration twice = before == null ? FIRST_PAUSE : before.length().multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
  }

  private synchronized void ended(UUID id, Optional<Duration> pause) {
    atWork.remove(id);
    pauses.remove(id);
    pause.ifPresent(length -> pauses.put(id, new Pause(length, clock.instant().plus(length))));
  }

  /** So that the next one does not wait for the next look. */
  private void lookAgain() {
    try {
      look();
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "The book of requests cannot be read now", e);
    }
  }

  /** How far a restore is that is carried out here now; empty where it is not. */
  synchronized Optional<RunProgress> progress(UUID id) {
    return Optional.ofNullable(atWork.get(id)).map(Work::progress);
  }

  /** When a restore that had to stop is tried again; empty where nothing is waited for. */
  synchronized Optional<Instant> nextTry(UUID id) {
    return Optional.ofNullable(pauses.get(id))
        .map(Pause::until)
        .filter(_ -> !atWork.containsKey(id));
  }
}
