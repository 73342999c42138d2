package org.mailtimemachine.admin.indexing;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.snapshot.catalogue.CatalogueIndex;

/**
 * Lets the Catalogue catch up with the Store, at start and every few seconds from then on ({@code
 * mtm.indexing.interval}, 10 seconds where it is not set). A failure ends one turn, never the
 * indexing: the Store and the database may be away for a while.
 */
@ApplicationScoped
public class Indexing {

  private static final System.Logger LOG = System.getLogger(Indexing.class.getName());

  private final CatalogueIndex index;
  private final Duration interval;
  private final Clock clock;

  private @Nullable ManagedScheduledExecutorService executor;
  private @Nullable ScheduledFuture<?> turns;
  private String lastFailure = "";
  private volatile Optional<Instant> caughtUp = Optional.empty();

  @SuppressWarnings("NullAway") // for the container's proxy
  Indexing() {
    this(null, null, null);
  }

  @Inject
  Indexing(
      CatalogueIndex index,
      @ConfigProperty(name = "mtm.indexing.interval", defaultValue = "PT10S") Duration interval,
      Clock clock) {
    this.index = index;
    this.interval = interval;
    this.clock = clock;
  }

  @Resource
  void setExecutor(ManagedScheduledExecutorService executor) {
    this.executor = executor;
  }

  void start(@Observes Startup event) {
    if (!interval.isPositive()) {
      throw new IllegalArgumentException(
          "mtm.indexing.interval must be longer than nothing: " + interval);
    }
    if (executor == null) {
      throw new IllegalStateException("no executor to index with");
    }
    turns =
        executor.scheduleWithFixedDelay(
            this::takeTurn, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  @PreDestroy
  void stop() {
    if (turns != null) {
      turns.cancel(true);
    }
  }

  /** Up to when everything in the Store is in the Catalogue; empty before the first turn ended. */
  public Optional<Instant> caughtUp() {
    return caughtUp;
  }

  /** One turn; an exception would end all the others. */
  void takeTurn() {
    Instant begun = clock.instant();
    try {
      int changes = index.catchUp();
      if (changes > 0) {
        LOG.log(System.Logger.Level.INFO, "{0} snapshots indexed or forgotten", changes);
      }
      lastFailure = "";
      caughtUp = Optional.of(begun);
    } catch (IOException | RuntimeException e) {
      sayOnce(e);
    }
  }

  /** A database that is away for an hour is one line in the log, not 360. */
  private void sayOnce(Exception failure) {
    System.Logger.Level level =
        failure.toString().equals(lastFailure)
            ? System.Logger.Level.DEBUG
            : System.Logger.Level.WARNING;
    lastFailure = failure.toString();
    LOG.log(level, "the catalogue could not catch up with the store", failure);
  }
}
