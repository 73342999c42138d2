package org.mailtimemachine.snapshot.catalogue;

/**
 * What of a Folder a later Snapshot does not have there any more, as a restore sees it: what is in
 * another Folder was only moved, but not where that is the trash or junk.
 *
 * @param messages that are missing: in no other Folder but trash and junk
 * @param bytes of those
 * @param moved messages that are in another Folder
 * @param movedBytes of those
 */
public record Missing(long messages, long bytes, long moved, long movedBytes) {

  /** Nothing. */
  public static final Missing NONE = new Missing(0, 0, 0, 0);

  /** Both together. */
  public Missing plus(Missing other) {
    return new Missing(
        messages + other.messages,
        bytes + other.bytes,
        moved + other.moved,
        movedBytes + other.movedBytes);
  }
}
