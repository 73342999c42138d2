package org.mailtimemachine.admin.restoring;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.RequestBook;
import org.mailtimemachine.restore.desk.RequestRefusedException;
import org.mailtimemachine.restore.desk.RestoreDesk;
import org.mailtimemachine.restore.desk.RestoresByHand;
import org.mailtimemachine.restore.opening.Opening;
import org.mailtimemachine.restore.opening.Openings;

/** The restores of this server: those that were confirmed are carried out, at start too. */
@ApplicationScoped
public class Restoring {

  private static final System.Logger LOG = System.getLogger(Restoring.class.getName());

  /** Only for what another server has confirmed: what is confirmed here is looked at at once. */
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

  private static final Duration BETWEEN_TIDYINGS = Duration.ofMinutes(1);

  private static final String EXECUTOR = "java:jboss/ee/concurrency/scheduler/restores";

  private final RestoreDesk desk;
  private final RequestBook book;
  private final RestoresByHand byHand;
  private final Openings openings;
  private final Clock clock = Clock.systemUTC();

  /** What goes on, so that it can be stopped; guarded by this. */
  private final List<Future<?>> work = new ArrayList<>();

  private ManagedScheduledExecutorService executor;
  private RestoreRuns runs;

  @SuppressWarnings("NullAway") // for the container's proxy
  Restoring() {
    this(null, null, null, null);
  }

  @Inject
  @SuppressWarnings("NullAway.Init") // the container calls the setter before anything else
  Restoring(RestoreDesk desk, RequestBook book, RestoresByHand byHand, Openings openings) {
    this.desk = desk;
    this.book = book;
    this.byHand = byHand;
    this.openings = openings;
  }

  /** One of its own: nights and their indexing may take all threads of the usual one for hours. */
  @Resource(lookup = EXECUTOR)
  void setExecutor(ManagedScheduledExecutorService executor) {
    this.executor = executor;
    this.runs = new RestoreRuns(desk, book, this::execute, clock);
  }

  synchronized void start(@Observes Startup event) {
    work.add(every(BETWEEN_LOOKS, runs::look));
    work.add(every(BETWEEN_TIDYINGS, this::tidy));
    work.add(every(BETWEEN_TIDYINGS, this::forgetSubjects));
  }

  private void tidy() {
    try {
      byHand.carryOver(); // before tidying, which removes old jobs
    } catch (IOException e) {
      LOG.log(Level.WARNING, "What was restored by hand is not in the audit log yet", e);
    }
    desk.tidy();
  }

  /** By itself: no job that cannot be tidied up may keep what was promised to go. */
  private void forgetSubjects() {
    openings.forgetSubjects(clock.instant().minus(Opening.SUBJECT_KEPT));
  }

  private Future<?> every(Duration time, Runnable task) {
    return executor.scheduleWithFixedDelay(
        () -> attempt(task), 0, time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** An exception would end all later turns; the database may be away for a while. */
  private static void attempt(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "Confirmed restores wait: {0}", String.valueOf(e.getMessage()));
      LOG.log(Level.DEBUG, "Confirmed restores wait", e);
    }
  }

  private synchronized void execute(Runnable restore) {
    work.removeIf(Future::isDone);
    work.add(executor.submit(restore));
  }

  /** Starts what was confirmed just now. */
  public void look() {
    attempt(runs::look);
  }

  /** How far a restore is; on another server, and where it was stopped, by what is on disk. */
  public RunProgress progress(FiledRequest request) {
    return runs.progress(request.id()).orElseGet(() -> onDisk(request));
  }

  private RunProgress onDisk(FiledRequest request) {
    long total = request.plan().messages();
    try {
      return new RunProgress(Math.min(total, desk.done(request.id())), total);
    } catch (IOException | RequestRefusedException e) {
      LOG.log(Level.DEBUG, "Nobody knows how far " + request.id() + " is", e);
      return RunProgress.NONE;
    }
  }

  /** When a restore that had to stop is tried again; empty where nothing is waited for. */
  public Optional<Instant> nextTry(UUID id) {
    return runs.nextTry(id);
  }

  /** What goes on stops between two messages; the next start goes on with it. */
  @PreDestroy
  synchronized void stop() {
    work.forEach(each -> each.cancel(true));
  }
}
