package org.mailtimemachine.admin.letters;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.administrator.Administrators;
import org.mailtimemachine.restore.desk.Correspondence;
import org.mailtimemachine.restore.desk.RequestBook;
import org.mailtimemachine.restore.desk.RestoreDesk;
import org.mailtimemachine.restore.opening.OpeningPolicy;
import org.mailtimemachine.restore.opening.OpeningSwitch;
import org.mailtimemachine.restore.opening.Openings;
import org.mailtimemachine.snapshot.audit.AuditLog;
import org.mailtimemachine.snapshot.holds.Holds;

/** Sends letters in the background: a mail server that is down keeps nobody waiting. */
@ApplicationScoped
class Letters {

  private static final System.Logger LOG = System.getLogger(Letters.class.getName());
  private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(5);

  private final LetterRound round;

  private @Nullable ManagedScheduledExecutorService executor;
  private @Nullable Future<?> rounds;
  private String lastFailure = "";

  /** Keeps in the log how the settings of this start are; done once, when the database is there. */
  private Runnable first = () -> {};

  @SuppressWarnings("NullAway") // for the container's proxy
  Letters() {
    this.round = null;
  }

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException where one is wrong: the server does not start
   */
  @Inject
  Letters(
      Config config,
      Correspondence correspondence,
      RequestBook book,
      Holds holds,
      Openings openings,
      RestoreDesk desk,
      AuditLog audit,
      Administrators administrators) {
    LetterSettings settings =
        LetterSettings.of(name -> config.getOptionalValue(name, String.class));
    if (settings.smtp().isEmpty()) {
      LOG.log(Level.WARNING, "Nobody is told anything by mail: mtm.mail.smtp is not set");
    }
    boolean opens = OpeningPolicy.allows(name -> config.getOptionalValue(name, String.class));
    this.first = () -> new OpeningSwitch(audit, Clock.systemUTC()).is(opens);
    if (opens) {
      LOG.log(
          Level.WARNING,
          "Administrators of the host may open single messages that their users allow:"
              + " mtm.admin.open-messages is true");
    }
    this.round =
        new LetterRound(
            settings,
            AdministratorsToTell.among(administrators),
            correspondence,
            book,
            holds,
            openings,
            desk,
            audit,
            Clock.systemUTC());
  }

  /** One of its own: a mail server that hangs keeps nobody else from working. */
  @Resource(lookup = "java:jboss/ee/concurrency/scheduler/letters")
  void setExecutor(ManagedScheduledExecutorService executor) {
    this.executor = executor;
  }

  void start(@Observes Startup event) {
    if (executor == null) {
      throw new IllegalStateException("no executor to send letters with");
    }
    rounds =
        executor.scheduleWithFixedDelay(
            this::go, 0, BETWEEN_ROUNDS.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** An exception would end all later rounds; a database that is away is one line in the log. */
  private void go() {
    try {
      first.run();
      first = () -> {};
      round.go();
      lastFailure = "";
    } catch (RuntimeException e) {
      Level level = e.toString().equals(lastFailure) ? Level.DEBUG : Level.WARNING;
      lastFailure = e.toString();
      LOG.log(level, "Letters wait", e);
    }
  }

  @PreDestroy
  void stop() {
    if (rounds != null) {
      rounds.cancel(true);
    }
  }
}
