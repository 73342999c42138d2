package org.mailtimemachine.snapshot.catalogue;

/**
 * How many messages of a Folder another Snapshot does not have there: they left, or had not come.
 *
 * @param messages that are not in that Folder then
 * @param nowhere those of them that are in no other Folder either
 */
public record Departures(long messages, long nowhere) {

  /** Nothing left. */
  public static final Departures NONE = new Departures(0, 0);
}
