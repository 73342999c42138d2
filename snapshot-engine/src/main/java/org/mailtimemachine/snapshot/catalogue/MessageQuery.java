package org.mailtimemachine.snapshot.catalogue;

import java.util.Optional;

/**
 * Which page of which messages is wanted.
 *
 * @param offset rows to skip
 * @param limit rows wanted, 1 to {@value #MOST}
 * @param filter which messages count
 * @param compared only messages that differ so from another Snapshot
 */
public record MessageQuery(
    long offset,
    int limit,
    Sort sort,
    boolean ascending,
    MessageFilter filter,
    Optional<Comparison> compared) {

  /** The longest page. */
  public static final int MOST = 500;

  /** What a list of messages can be ordered by. */
  public enum Sort {
    DATE,
    FROM,
    SUBJECT,
    SIZE
  }

  /** All messages, or those with the words of a text ({@link SearchWords}). */
  public MessageQuery(long offset, int limit, Sort sort, boolean ascending, String text) {
    this(offset, limit, sort, ascending, MessageFilter.words(text), Optional.empty());
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
