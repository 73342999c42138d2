package org.mailtimemachine.command.demo;

import java.time.LocalDate;

/** Told how far the demo has come, for whoever is waiting in front of the terminal. */
@FunctionalInterface
public interface DemoProgress {

  /**
   * A day is lived and its Snapshot is taken.
   *
   * @param date the name of that Snapshot
   * @param done how many Snapshots there are now, from 1
   * @param total how many there will be
   */
  void snapshotTaken(LocalDate date, int done, int total);
}
