package org.mailtimemachine.snapshot.catalogue;

import java.util.Optional;
import org.mailtimemachine.snapshot.SnapshotName;

/**
 * Which page of a Folder is wanted.
 *
 * @param offset rows to skip
 * @param limit rows wanted, 1 to {@value #MOST}
 * @param text only messages that have this in subject, sender or recipients, whatever the case;
 *     empty for all
 * @param goneBy only messages that this later Snapshot does not have in the same Folder any more
 */
public record MessageQuery(
    long offset,
    int limit,
    Sort sort,
    boolean ascending,
    String text,
    Optional<SnapshotName> goneBy) {

  /** The longest page. */
  public static final int MOST = 500;

  /** What a list of messages can be ordered by. */
  public enum Sort {
    DATE,
    FROM,
    SUBJECT,
    SIZE
  }

  /** All messages, or those with a text. */
  public MessageQuery(long offset, int limit, Sort sort, boolean ascending, String text) {
    this(offset, limit, sort, ascending, text, Optional.empty());
  }

  public MessageQuery {
    if (offset < 0) {
      throw new IllegalArgumentException("offset must not be negative: " + offset);
    }
    if (limit < 1 || limit > MOST) {
      throw new IllegalArgumentException("limit must be 1 to " + MOST + ": " + limit);
    }
  }
}
