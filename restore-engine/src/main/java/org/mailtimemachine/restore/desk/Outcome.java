package org.mailtimemachine.restore.desk;

import java.time.Instant;
import org.mailtimemachine.restore.Receipt;

/**
 * What came of a request that was confirmed, as its Receipt counts it.
 *
 * @param added messages that were put back
 * @param addedBytes bytes of these
 * @param there messages that had come back by themselves
 * @param refused messages that were not put back
 * @param takenBack messages that were added and removed again
 */
public record Outcome(
    Instant finished, long added, long addedBytes, long there, long refused, long takenBack) {

  static Outcome of(Receipt receipt, long addedBytes) {
    return new Outcome(
        receipt.finished(),
        receipt.count(Receipt.Outcome.ADDED),
        addedBytes,
        receipt.count(Receipt.Outcome.THERE),
        receipt.count(Receipt.Outcome.REFUSED),
        0);
  }

  Outcome withTakenBack(long messages) {
    return new Outcome(finished, added, addedBytes, there, refused, messages);
  }
}
