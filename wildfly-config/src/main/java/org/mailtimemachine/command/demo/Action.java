package org.mailtimemachine.command.demo;

import java.io.IOException;
import java.time.Instant;

/**
 * One thing that happens in one Mailbox of the demo.
 *
 * @param when all actions happen in this order, those of one instant as they were told
 * @param mailbox where
 * @param step what
 */
record Action(Instant when, DemoMaildir mailbox, Step step) implements Comparable<Action> {

  /** Changes the files of a Mailbox. */
  @FunctionalInterface
  interface Step {
    void apply(DemoMaildir mailbox, Instant when) throws IOException;
  }

  void happen() throws IOException {
    step.apply(mailbox, when);
  }

  @Override
  public int compareTo(Action other) {
    return when.compareTo(other.when);
  }
}
