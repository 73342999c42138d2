package org.mailtimemachine.admin.watching;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.pages.HostZone;

/**
 * Removes log files of this server that are older than {@code mtm.log.days}, 30 where it is not
 * set: the server begins a new one each day, and removes none. A date in the future is left alone.
 */
@ApplicationScoped
class OldLogs {

  private static final System.Logger LOG = System.getLogger(OldLogs.class.getName());
  private static final Duration BETWEEN_LOOKS = Duration.ofHours(6);

  /** As the server names them when the day, or the size of a file, is over. */
  private static final Pattern ROTATED =
      Pattern.compile("server\\.(?:log|jsonl)\\.([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\\.[0-9]{1,9})?");

  private final Optional<Path> directory;
  private final int days;
  private final Clock clock;

  private @Nullable ManagedScheduledExecutorService executor;
  private @Nullable Future<?> looks;

  @SuppressWarnings("NullAway") // for the container's proxy
  OldLogs() {
    this.directory = Optional.empty();
    this.days = 0;
    this.clock = null;
  }

  @Inject
  OldLogs(
      @ConfigProperty(name = "jboss.server.log.dir") Optional<String> directory,
      @ConfigProperty(name = "mtm.log.days", defaultValue = "30") int days,
      HostZone zone,
      Clock clock) {
    this(directory.map(Path::of), days, clock.withZone(zone.get()));
  }

  OldLogs(Optional<Path> directory, int days, Clock clock) {
    if (days < 1) {
      throw new IllegalArgumentException("mtm.log.days must be 1 or more, not " + days);
    }
    this.directory = directory;
    this.days = days;
    this.clock = clock;
  }

  @Resource
  void setExecutor(ManagedScheduledExecutorService executor) {
    this.executor = executor;
  }

  void start(@Observes Startup event) {
    if (executor != null) {
      looks =
          executor.scheduleWithFixedDelay(
              this::remove, 0, BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @PreDestroy
  void stop() {
    if (looks != null) {
      looks.cancel(true);
    }
  }

  /** One that cannot be removed keeps no other. */
  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "The old log file " + file + " could not be removed", e);
    }
  }

  /** Whatever goes wrong is logged, and tried again. */
  void remove() {
    if (directory.isEmpty()) {
      return;
    }
    LocalDate first = LocalDate.ofInstant(clock.instant(), clock.getZone()).minusDays(days);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.get(), "server.*")) {
      for (Path file : files) {
        Matcher rotated = ROTATED.matcher(file.getFileName().toString());
        // As text: a name that is no date of the calendar has its place among them all the same.
        if (rotated.matches() && rotated.group(1).compareTo(first.toString()) < 0) {
          remove(file);
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "Old log files could not be removed from " + directory.get(), e);
    }
  }
}
