package org.mailtimemachine.snapshot.audit;

import java.util.List;
import java.util.Optional;

/** The audit log. Safe for use by several threads and several servers. */
public interface AuditLog {

  /** Adds a line, for what is not kept in the same transaction anyhow. */
  SealedEntry append(AuditEntry entry);

  /**
   * Lines, the newest first.
   *
   * @param filter which ones
   * @param before only those with a lower number; {@link Long#MAX_VALUE} for the newest
   * @param most at most so many
   */
  List<SealedEntry> read(AuditFilter filter, long before, int most);

  /**
   * Goes through all lines.
   *
   * @return the number of the first line that is not what was sealed; empty where all are
   */
  Optional<Long> firstBroken();
}
