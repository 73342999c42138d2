package org.mailtimemachine.admin.watching;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.admin.indexing.Indexing;
import org.mailtimemachine.admin.mirroring.MirrorsOfHost;
import org.mailtimemachine.admin.nights.NightsOfHost;
import org.mailtimemachine.pages.HostZone;
import org.mailtimemachine.pages.SignIns;
import org.mailtimemachine.restore.desk.DeskFigures;
import org.mailtimemachine.snapshot.Retention;
import org.mailtimemachine.snapshot.StoreCondition;
import org.mailtimemachine.snapshot.catalogue.CatalogueState;

/**
 * This host, as those see it who watch it. It is looked at every ten seconds at most, however many
 * ask. Safe for use by several threads.
 */
@ApplicationScoped
public class WatchedHost {

  private static final System.Logger LOG = System.getLogger(WatchedHost.class.getName());
  private static final Duration KEPT = Duration.ofSeconds(10);

  private final Path path;
  private final int nightsKept;
  private final MailServers mailServers;
  private final Clock clock;
  private final Instant since;
  private final CatalogueState catalogue;
  private final DeskFigures desk;
  private final NightsOfHost nights;
  private final Indexing indexing;
  private final MirrorsOfHost mirrors;
  private @Nullable HostState last;

  @SuppressWarnings("NullAway") // for the container's proxy
  WatchedHost() {
    this.path = null;
    this.nightsKept = 0;
    this.mailServers = null;
    this.clock = null;
    this.since = null;
    this.catalogue = null;
    this.desk = null;
    this.nights = null;
    this.indexing = null;
    this.mirrors = null;
  }

  @Inject
  WatchedHost(
      Config config,
      HostZone zone,
      Clock clock,
      CatalogueState catalogue,
      DeskFigures desk,
      NightsOfHost nights,
      Indexing indexing,
      MirrorsOfHost mirrors) {
    this.path = Path.of(config.getValue("mtm.store", String.class));
    this.nightsKept =
        config
            .getOptionalValue("mtm.retention.days", Integer.class)
            .orElse(Retention.DEFAULT.days());
    this.clock = clock.withZone(zone.get());
    this.mailServers =
        MailServers.of(name -> config.getOptionalValue(name, String.class), this.clock);
    this.since = clock.instant();
    this.catalogue = catalogue;
    this.desk = desk;
    this.nights = nights;
    this.indexing = indexing;
    this.mirrors = mirrors;
  }

  /** Everything that was looked at, with what is wrong. */
  public List<Finding> health() {
    return HostHealth.of(state());
  }

  /**
   * All figures, in the text format of Prometheus.
   *
   * @param version of this program
   */
  public String figures(Optional<String> version) {
    HostState state = state();
    return HostFigures.text(state, HostHealth.of(state), nightsKept, SignIns.ofServer())
        + HostFigures.build(version)
        + JvmFigures.text();
  }

  /** Whether the database answers now. */
  boolean databaseAnswers() {
    return catalogue.answers();
  }

  /**
   * Why the Store cannot be used as this server wants to: it must be there, unless nothing was ever
   * kept in it, and a server that takes nights must be able to write to it.
   */
  Optional<String> storeProblem() {
    if (Files.notExists(path.resolve("format"))) {
      return isNew()
          ? Optional.empty()
          : Optional.of(path + " is not there any more: is its file system mounted?");
    }
    if (!Files.isReadable(path)) {
      return Optional.of(path + " cannot be read");
    }
    return nights.enabled() && !Files.isWritable(path)
        ? Optional.of(path + " cannot be written: is its file system mounted read-only?")
        : Optional.empty();
  }

  private boolean isNew() {
    try {
      return catalogue.isEmpty();
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "Nobody knows whether there was a store", e);
      return false;
    }
  }

  private synchronized HostState state() {
    Instant now = clock.instant();
    HostState known = last;
    if (known == null || known.at().isBefore(now.minus(KEPT)) || known.at().isAfter(now)) {
      known = look(now);
      last = known;
    }
    return known;
  }

  private HostState look(Instant now) {
    boolean database = databaseAnswers();
    Optional<String> problem = storeProblem();
    Optional<StoreCondition> store = Optional.empty();
    if (problem.isEmpty() && Files.exists(path.resolve("format"))) {
      try {
        store = Optional.of(StoreCondition.of(path, clock));
      } catch (IOException e) {
        LOG.log(Level.WARNING, "The store cannot be looked at", e);
        problem = Optional.of(String.valueOf(e.getMessage()));
      }
    }
    return new HostState(
        now,
        LocalDate.ofInstant(now, clock.getZone()),
        database,
        problem,
        store,
        database ? Optional.of(desk.totals()) : Optional.empty(),
        database ? catalogue.messages() : 0,
        indexing.caughtUp(),
        since,
        mailServers.reached(),
        mirrors.wanted() ? Optional.of(mirrorsNow(now)) : Optional.empty());
  }

  private HostState.Mirrors mirrorsNow(Instant now) {
    try {
      return new HostState.Mirrors(mirrors.figures().running(now), mirrors.inForce(), "");
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "The mirrors cannot be looked at", e);
      return new HostState.Mirrors(false, 0, String.valueOf(e.getMessage()));
    }
  }
}
