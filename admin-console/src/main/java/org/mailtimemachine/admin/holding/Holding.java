package org.mailtimemachine.admin.holding;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.pages.HostZone;
import org.mailtimemachine.snapshot.holds.Hold;
import org.mailtimemachine.snapshot.holds.HoldKeeper;
import org.mailtimemachine.snapshot.holds.Holds;

/** Looks after the holds in the background, and at once where one was placed or lifted here. */
@ApplicationScoped
public class Holding {

  private static final System.Logger LOG = System.getLogger(Holding.class.getName());
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

  private final HoldKeeper keeper;

  /** Of its own: nights and restores may take all threads of the server's for hours. */
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("holds").daemon().factory());

  private @Nullable Future<?> looks;
  private String lastFailure = "";

  @SuppressWarnings("NullAway") // for the container's proxy
  Holding() {
    this.keeper = null;
  }

  @Inject
  Holding(@ConfigProperty(name = "mtm.store") String store, Holds holds, HostZone zone) {
    this.keeper = new HoldKeeper(Path.of(store), holds, Clock.system(zone.get()));
  }

  void start(@Observes Startup event) {
    looks =
        thread.scheduleWithFixedDelay(
            this::keep, 0, BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Begins to look now, in the background: a domain may have many days. */
  public void look() {
    thread.execute(this::keep);
  }

  /** Pins the days of a single Mailbox before it returns, and begins to look for the others. */
  public void placed(Hold hold) {
    try {
      keeper.keepAtOnce(hold);
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "The hold " + hold.id() + " is not in force yet", e);
    }
    look();
  }

  /** An exception would end all later looks; store and database may be away for a while. */
  private void keep() {
    try {
      keeper.keep();
      lastFailure = "";
    } catch (IOException | RuntimeException e) {
      Level level = e.toString().equals(lastFailure) ? Level.DEBUG : Level.WARNING;
      lastFailure = e.toString();
      LOG.log(level, "The holds cannot be looked after", e);
    }
  }

  @PreDestroy
  void stop() {
    if (looks != null) {
      looks.cancel(true);
    }
    thread.shutdownNow();
  }
}
