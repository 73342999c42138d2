package org.mailtimemachine.mailstore.mime;

/**
 * How much one answer may read: whoever sends mail must not be able to keep the server busy with
 * it. For one thread.
 */
public final class ReadingBudget {

  private long left;

  public ReadingBudget(long bytes) {
    this.left = bytes;
  }

  public void spend(long bytes) {
    left -= bytes;
  }

  public boolean spent() {
    return left <= 0;
  }
}
