package org.mailtimemachine.snapshot.catalogue;

import org.mailtimemachine.snapshot.SnapshotName;

/**
 * How a message must differ from another Snapshot, before or after, to be wanted.
 *
 * @param other what is compared with
 */
public record Comparison(SnapshotName other, Difference difference) {

  /** What the other Snapshot may be like. */
  public enum Difference {
    /** It does not have the message in that Folder: {@link #NOWHERE} and {@link #ELSEWHERE}. */
    NOT_HERE,
    /** It does not have the message at all. */
    NOWHERE,
    /** It has the message in other Folders alone. */
    ELSEWHERE,
    /** It has the message there with other flags or labels. */
    MARKED
  }
}
