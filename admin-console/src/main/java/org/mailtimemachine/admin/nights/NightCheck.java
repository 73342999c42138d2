package org.mailtimemachine.admin.nights;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.snapshot.CheckRecord;
import org.mailtimemachine.snapshot.Finding;
import org.mailtimemachine.snapshot.NightlyCheck;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;

/**
 * The check that follows each night: it reads a fifteenth of the Store. On a large host that takes
 * hours, and it takes no lock, so it goes beside the nights. Which date was checked stands in the
 * Store; a check that failed is left to the next date. For one thread at a time.
 */
final class NightCheck {

  private static final System.Logger LOG = System.getLogger(NightCheck.class.getName());

  /** Findings of one check in the log; more of them are in its record. */
  private static final int MOST_LOGGED = 20;

  private final Path path;
  private final Clock clock;
  private @Nullable LocalDate tried;

  NightCheck(Path path, Clock clock) {
    this.path = path;
    this.clock = clock;
  }

  /**
   * Checks the Store where the night of this date was taken and its check was not run; whatever
   * goes wrong is logged.
   */
  void look() {
    LocalDate today = LocalDate.ofInstant(clock.instant(), clock.getZone());
    if (today.equals(tried) || Files.notExists(path.resolve("format"))) {
      return;
    }
    try (Store store = Store.open(path)) {
      if (store.run(SnapshotName.nightly(today)).isEmpty()) {
        return; // the night comes first, and needs the disk
      }
      tried = today;
      if (store.lastCheck(today).filter(last -> last.date().equals(today)).isEmpty()) {
        log(
            new NightlyCheck(store, clock)
                .run(
                    (mailbox, checked, total, bytes) -> {
                      if (Thread.currentThread().isInterrupted()) {
                        throw new CancellationException("the server stops");
                      }
                    }));
      }
    } catch (CancellationException e) {
      LOG.log(Level.INFO, "The nightly check stops with the server; the next start runs it again");
    } catch (IOException | RuntimeException | Error e) {
      tried = today;
      LOG.log(Level.ERROR, "The nightly check failed", e);
    }
  }

  private static void log(CheckRecord record) {
    LOG.log(
        record.findings() == 0 ? Level.INFO : Level.WARNING,
        "Nightly check {0}, part {1}: {2} messages read, {3} findings",
        record.date(),
        record.part(),
        record.outcome().read(),
        record.findings());
    record.outcome().findings().stream()
        .limit(MOST_LOGGED)
        .forEach(finding -> LOG.log(Level.WARNING, "Nightly check: {0}", sentence(finding)));
  }

  private static String sentence(Finding finding) {
    return Stream.of(
            finding.mailbox().map(Object::toString),
            finding.snapshot().map(Object::toString),
            finding.message(),
            Optional.of(finding.what()))
        .flatMap(Optional::stream)
        .collect(Collectors.joining(": "));
  }
}
