package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;

/**
 * The check that runs every night: the whole Store is compared with itself, and the fifteenth of
 * the Messages whose turn it is is read. The result is kept in the Store ({@link Store#lastCheck}).
 * Takes no lock; a take or an expiry may be at work meanwhile.
 */
public final class NightlyCheck {

  /** As many nights read every Message once. */
  public static final int PARTS = 15;

  private final Store store;
  private final Clock clock;

  /**
   * @param clock in the zone of the host
   */
  public NightlyCheck(Store store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Runs the part that is due today, and writes down what it came to. */
  public CheckRecord run(CheckProgress progress) throws IOException {
    Instant started = clock.instant();
    LocalDate today = LocalDate.ofInstant(started, clock.getZone());
    DataPart part = DataPart.due(PARTS, today);
    SnapshotCheck.Outcome outcome = new SnapshotCheck(store).data(part).run(progress);
    CheckRecord record =
        new CheckRecord(today, started, clock.instant(), part, outcome, outcome.findings().size());
    try (DirectoryHandle checks = store.makeChecks()) {
      record.publish(checks);
    }
    return record;
  }
}
