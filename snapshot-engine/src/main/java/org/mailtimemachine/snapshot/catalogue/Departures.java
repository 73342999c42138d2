package org.mailtimemachine.snapshot.catalogue;

/**
 * How many messages of a Folder left it from one Snapshot to a later one.
 *
 * @param messages that are not in that Folder any more
 * @param nowhere those of them that are in no other Folder either
 */
public record Departures(long messages, long nowhere) {

  /** Nothing left. */
  public static final Departures NONE = new Departures(0, 0);
}
