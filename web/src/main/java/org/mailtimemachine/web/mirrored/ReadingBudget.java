package org.mailtimemachine.web.mirrored;

/**
 * How much one answer may read: whoever sends mail must not be able to keep the server busy with
 * it. For one thread.
 */
final class ReadingBudget {

  private long left;

  ReadingBudget(long bytes) {
    this.left = bytes;
  }

  void spend(long bytes) {
    left -= bytes;
  }

  boolean spent() {
    return left <= 0;
  }
}
