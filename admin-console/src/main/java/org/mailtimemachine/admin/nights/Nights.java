package org.mailtimemachine.admin.nights;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.snapshot.Expiry;
import org.mailtimemachine.snapshot.Retention;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.Sentences;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.StorageStrategy;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.StoreBusyException;
import org.mailtimemachine.snapshot.TakeProgress;
import org.mailtimemachine.snapshot.UnfinishedRun;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/**
 * Takes the nights of a host, one after the other. Nothing is remembered but when a night that
 * failed is tried again: what was taken stands in the Store, whoever took it. Safe for use by
 * several threads.
 */
final class Nights {

  private static final System.Logger LOG = System.getLogger(Nights.class.getName());

  /** Failures and warnings of one take in the log; all of them are in its record. */
  private static final int MOST_LOGGED = 100;

  /**
   * What a host wants.
   *
   * @param mail where its Mailboxes are
   * @param store the Store; the first night makes it
   * @param strategy of a Store that is made
   */
  record Host(
      MailboxSettings mail, Path store, Optional<StorageStrategy> strategy, Retention retention) {}

  private final Host host;
  private final Clock clock;
  private final NightCalendar calendar;
  private final Retries retries = new Retries();
  private final Retries expiries = new Retries();
  private final ReentrantLock atWork = new ReentrantLock();

  private volatile @Nullable Run last;
  private volatile String failure = "";
  private volatile String expiryFailure = "";
  private List<String> said = List.of();
  private @Nullable LocalDate expired;
  private @Nullable LocalDate madeUp;

  /**
   * Nights.
   *
   * @param clock in the zone of the host
   */
  Nights(Host host, Clock clock) {
    this.host = host;
    this.clock = clock;
    this.calendar = new NightCalendar(clock.getZone());
  }

  NightCalendar calendar() {
    return calendar;
  }

  /**
   * Takes the night that is due, if one is, and expires once a date, whoever took its night.
   * Whatever goes wrong is logged, and tried again.
   *
   * @return whether a take was attempted
   */
  boolean look() {
    atWork.lock();
    try {
      Optional<LocalDate> due = due();
      due.ifPresent(this::night);
      if (due.isEmpty()) {
        makeUpForOneOfTheFuture();
      }
      expireOnce();
      return due.isPresent();
    } finally {
      atWork.unlock();
    }
  }

  private Optional<LocalDate> due() {
    Instant now = clock.instant();
    try {
      return retries.allow(calendar.today(now), now)
          ? calendar.due(now, this::taken)
          : Optional.empty();
    } catch (RuntimeException e) {
      failed(calendar.today(now), e);
      return Optional.empty();
    }
  }

  private boolean taken(LocalDate date) {
    if (Files.notExists(host.store().resolve("format"))) {
      return false;
    }
    try (Store store = Store.open(host.store())) {
      return store
          .run(SnapshotName.nightly(date))
          .filter(run -> run.all() && run.complete())
          .isPresent();
    } catch (IOException e) {
      return false; // the take will meet it, and say what it is
    }
  }

  /**
   * A night that was taken while the clock was ahead is not what its date says, and what came since
   * is in none: at the true midnight one by hand keeps it, once.
   */
  private void makeUpForOneOfTheFuture() {
    Instant now = clock.instant();
    LocalDate today = calendar.today(now);
    if (today.equals(madeUp) || Files.notExists(host.store().resolve("format"))) {
      return;
    }
    try (Store store = Store.open(host.store())) {
      Optional<Run> night = store.run(SnapshotName.nightly(today));
      if (night.filter(run -> run.started().isAfter(now)).isEmpty()) {
        return;
      }
      madeUp = today;
      LOG.log(
          Level.WARNING,
          "The night of {0} was taken while the clock of this machine was ahead, and says {1}; a"
              + " snapshot by hand is taken now",
          today,
          night.get().started());
      try (SnapshotEngine engine = open()) {
        take(engine, engine.nameByHand());
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.ERROR, "What a night of the future lacks could not be taken", e);
    }
  }

  private void night(LocalDate date) {
    try {
      Run run = take(SnapshotName.nightly(date));
      if (!run.complete()) {
        Duration pause = retries.failed(date, clock.instant());
        LOG.log(
            Level.WARNING,
            "The night of {0} is not complete; it is tried again in {1} minutes",
            date,
            pause.toMinutes());
      }
    } catch (StoreBusyException e) {
      LOG.log(Level.DEBUG, "The night of {0} waits: {1}", date, e.getMessage());
    } catch (IOException | RuntimeException | Error e) {
      // Not even a library that is missing may end the nights for good.
      failed(date, e);
    }
  }

  private void failed(LocalDate date, Throwable e) {
    failure = String.valueOf(e.getMessage());
    if (Thread.currentThread().isInterrupted()) {
      LOG.log(Level.INFO, "The night of {0} stops with the server; the next start takes it", date);
      return;
    }
    Duration pause = retries.failed(date, clock.instant());
    LOG.log(
        Level.ERROR,
        () ->
            "The night of %s failed and is tried again in %d minutes: %s"
                .formatted(date, pause.toMinutes(), e.getMessage()),
        e);
  }

  /**
   * Takes a Snapshot of every Mailbox now, named by the time.
   *
   * @throws StoreBusyException where another take goes on
   */
  Run takeNow() throws IOException {
    atWork.lock();
    try (SnapshotEngine engine = open()) {
      return take(engine, engine.nameByHand());
    } finally {
      atWork.unlock();
    }
  }

  /** Notes why a Snapshot by hand came to nothing. */
  void byHandFailed(Exception e) {
    failure = String.valueOf(e.getMessage());
    LOG.log(Level.ERROR, "A snapshot by hand was not taken", e);
  }

  private Run take(SnapshotName name) throws IOException {
    try (SnapshotEngine engine = open()) {
      return take(engine, name);
    }
  }

  private SnapshotEngine open() throws IOException {
    return SnapshotEngine.open(host.mail(), host.store(), host.strategy(), clock);
  }

  private Run take(SnapshotEngine engine, SnapshotName name) throws IOException {
    Instant start = clock.instant();
    Run run = engine.take(name, TakeProgress.NONE);
    last = run;
    failure = "";
    log(run, Duration.between(start, run.finished()));
    return run;
  }

  private void log(Run run, Duration took) {
    LOG.log(
        Level.INFO,
        () ->
            String.format(
                Locale.ROOT,
                "Snapshot %s: %s (%,d new), %s, %,d of them new (%s), %.1f s, %s, %s",
                run.name(),
                Sentences.count(run.mailboxes(), "mailbox"),
                run.newMailboxes(),
                Sentences.count(run.messages(), "message"),
                run.newLinks(),
                Sentences.count(run.newBytes(), "byte"),
                took.toMillis() / 1e3,
                Sentences.count(run.failed().size(), "failure"),
                Sentences.count(run.warnings().size(), "warning")));
    List<String> sentences = run.summary();
    sentences.stream()
        .limit(MOST_LOGGED)
        .filter(sentence -> !said.contains(sentence)) // a night that is tried again says it once
        .forEach(sentence -> LOG.log(Level.WARNING, "Snapshot {0}: {1}", run.name(), sentence));
    said = sentences;
  }

  /** After the take of the date: what expires is a matter of the nights that are there. */
  private void expireOnce() {
    Instant now = clock.instant();
    LocalDate today = calendar.today(now);
    if (today.equals(expired)
        || !expiries.allow(today, now)
        || Thread.currentThread().isInterrupted()
        || Files.notExists(host.store().resolve("format"))) {
      return;
    }
    try {
      if (visible(today)) {
        expire(today);
        expired = today;
        expiryFailure = "";
      }
    } catch (StoreBusyException e) {
      LOG.log(Level.DEBUG, "The expiry of {0} waits: {1}", today, e.getMessage());
    } catch (IOException | RuntimeException | Error e) {
      expiryFailure = String.valueOf(e.getMessage());
      Duration pause = expiries.failed(today, clock.instant());
      LOG.log(
          Level.ERROR,
          () ->
              "The expiry of %s failed and is tried again in %d minutes: %s"
                  .formatted(today, pause.toMinutes(), e.getMessage()),
          e);
    }
  }

  /** Whether the night of a date was taken, complete or not. */
  private boolean visible(LocalDate date) throws IOException {
    try (Store store = Store.open(host.store())) {
      return store.visible().contains(SnapshotName.nightly(date));
    }
  }

  private void expire(LocalDate today) throws IOException {
    try (Store store = Store.open(host.store())) {
      Expiry.Outcome outcome = new Expiry(store).run(host.retention(), today);
      if (!outcome.expired().isEmpty()) {
        LOG.log(Level.INFO, "Expired: {0}", outcome.expired());
      }
      Sentences.summary(outcome.problems())
          .forEach(problem -> LOG.log(Level.WARNING, "Not expired: {0}", problem));
    }
  }

  /** How it stands; the Store is looked at. */
  NightStatus status() {
    return new NightStatus(
        true, goingOn(), Optional.ofNullable(last), failure.isEmpty() ? expiryFailure : failure);
  }

  private Optional<UnfinishedRun> goingOn() {
    if (Files.notExists(host.store().resolve("format"))) {
      return Optional.empty();
    }
    try (Store store = Store.open(host.store())) {
      return store.unfinished().stream().filter(UnfinishedRun::alive).findFirst();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "The store cannot be looked at", e);
      return Optional.empty();
    }
  }

  /** Waits until the one who is at work has stopped, or the time is over. */
  boolean awaitQuiet(Duration patience) throws InterruptedException {
    boolean quiet = atWork.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (quiet) {
      atWork.unlock();
    }
    return quiet;
  }
}
