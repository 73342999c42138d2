package org.mailtimemachine.restore.opening;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditFilter;
import org.mailtimemachine.snapshot.audit.AuditLog;
import org.mailtimemachine.snapshot.audit.SealedEntry;

/**
 * Keeps in the audit log from when until when the settings let administrators open messages. Who
 * changes the settings of a server is nobody whom it knows, so the line is the system's.
 */
public final class OpeningSwitch {

  static final String ACTION = "setting.open-messages";

  private static final String ON = "on";
  private static final String OFF = "off";
  private static final int PAGE = 100;

  private final AuditLog audit;
  private final InstantSource clock;

  public OpeningSwitch(AuditLog audit, InstantSource clock) {
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Adds a line where it is another way than the last line says; without one it was off. Two
   * servers that start at once may both add it.
   */
  public void is(boolean on) {
    String now = on ? ON : OFF;
    if (!last().orElse(OFF).equals(now)) {
      audit.append(new AuditEntry(clock.instant(), AuditEntry.SYSTEM, ACTION, "", now));
    }
  }

  private Optional<String> last() {
    AuditFilter filter = new AuditFilter(Optional.empty(), ACTION);
    long before = Long.MAX_VALUE;
    while (true) {
      List<SealedEntry> lines = audit.read(filter, before, PAGE);
      for (SealedEntry line : lines) {
        // Somebody may have written the same words as a reason.
        if (line.entry().action().equals(ACTION)) {
          return Optional.of(line.entry().detail());
        }
      }
      if (lines.size() < PAGE) {
        return Optional.empty();
      }
      before = lines.getLast().number();
    }
  }
}
