package org.mailtimemachine.mirror.copy;

import java.time.Instant;

/**
 * What waits for a mirror mailbox.
 *
 * @param messages that are in the spool and not yet in it
 * @param since when the oldest of them came
 */
public record Backlog(int messages, Instant since) {

  Backlog and(Backlog other) {
    return new Backlog(
        messages + other.messages, since.isBefore(other.since) ? since : other.since);
  }
}
