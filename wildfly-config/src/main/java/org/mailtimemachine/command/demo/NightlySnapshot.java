package org.mailtimemachine.command.demo;

import java.io.IOException;
import java.time.LocalDate;

/**
 * Takes the real Snapshot of every Mailbox of the demo, at the midnight that a date begins with.
 */
@FunctionalInterface
public interface NightlySnapshot {

  /**
   * Called when the Maildirs are as they were at 00:00 of the date, and before anything else
   * happens in them.
   *
   * @param date the name of the Snapshot
   * @throws IOException where it could not be taken; the demo ends there
   */
  void takeSnapshot(LocalDate date) throws IOException;
}
