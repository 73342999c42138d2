package org.mailtimemachine.admin.nights;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.LastExecution;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.concurrent.ZonedTrigger;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.concurrent.Future;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * The nights inside the server, where the settings name Mailboxes and {@code mtm.nights} is not
 * {@code off}.
 */
@ApplicationScoped
public class NightsOfHost {

  private static final System.Logger LOG = System.getLogger(NightsOfHost.class.getName());
  private static final Duration STOP = Duration.ofSeconds(30);

  private final Optional<Nights> nights;
  private final Optional<NightCheck> check;
  private final Event<NightStatus> ended;

  private @Nullable ManagedScheduledExecutorService executor;
  private @Nullable Future<?> looks;
  private @Nullable Future<?> checks;
  private @Nullable Future<?> byHand;

  @SuppressWarnings("NullAway") // for the container's proxy
  NightsOfHost() {
    this.nights = Optional.empty();
    this.check = Optional.empty();
    this.ended = null;
  }

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException where one is wrong: the server does not start
   */
  @Inject
  NightsOfHost(Config config, Event<NightStatus> ended) {
    NightSettings settings = NightSettings.of(name -> config.getOptionalValue(name, String.class));
    Clock clock = Clock.system(settings.zone());
    this.nights = settings.host().map(host -> new Nights(host, clock));
    this.check = settings.host().map(host -> new NightCheck(host.store(), clock));
    this.ended = ended;
  }

  @Resource
  void setExecutor(ManagedScheduledExecutorService executor) {
    this.executor = executor;
  }

  void start(@Observes Startup event) {
    if (nights.isEmpty()) {
      LOG.log(Level.INFO, "This server takes no nights");
      return;
    }
    Nights own = nights.get();
    looks = executor().schedule(() -> look(own), new Looks(own.calendar()));
    checks =
        executor().schedule(() -> check.ifPresent(NightCheck::look), new Looks(own.calendar()));
    LOG.log(Level.INFO, "This server takes the nights, in {0}", own.calendar().zone());
  }

  private void look(Nights own) {
    if (own.look()) {
      tell(own);
    }
  }

  private void tell(Nights own) {
    try {
      ended.fire(own.status());
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "Whoever listens to the nights failed", e); // and ends none of them
    }
  }

  private ManagedScheduledExecutorService executor() {
    if (executor == null) {
      throw new IllegalStateException("no executor to take nights with");
    }
    return executor;
  }

  /**
   * Begins a Snapshot of every Mailbox now, named by the time; {@link #status()} and the event tell
   * what becomes of it.
   *
   * @throws IllegalStateException where this server takes none, or another one was begun here
   */
  public synchronized void takeNow() {
    Nights own =
        nights.orElseThrow(() -> new IllegalStateException("this server takes no snapshots"));
    if (byHand != null && !byHand.isDone()) {
      throw new IllegalStateException("a snapshot is being taken already");
    }
    byHand = executor().submit(() -> takeNow(own));
  }

  private void takeNow(Nights own) {
    try {
      own.takeNow();
    } catch (IOException | RuntimeException e) {
      own.byHandFailed(e);
    }
    tell(own);
  }

  /** Whether this server takes nights. */
  public boolean enabled() {
    return nights.isPresent();
  }

  /** How it stands now. */
  public NightStatus status() {
    return nights.map(Nights::status).orElse(NightStatus.NONE);
  }

  /** A take that goes on stops between two Mailboxes; the next start finishes it. */
  @PreDestroy
  void stop() {
    for (Future<?> work : new Future<?>[] {looks, checks, byHand}) {
      if (work != null) {
        work.cancel(true);
      }
    }
    try {
      if (nights.isPresent() && !nights.get().awaitQuiet(STOP)) {
        LOG.log(Level.WARNING, "A take did not stop within {0} seconds", STOP.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** At start, and from then on when the calendar says, by the clock of that moment. */
  private record Looks(NightCalendar calendar) implements ZonedTrigger {

    @Override
    public ZoneId getZoneId() {
      return calendar.zone();
    }

    @Override
    public ZonedDateTime getNextRunTime(@Nullable LastExecution last, ZonedDateTime scheduled) {
      if (last == null) {
        return scheduled;
      }
      Clock clock = Clock.system(calendar.zone());
      return calendar.nextLook(clock.instant()).atZone(calendar.zone());
    }
  }
}
