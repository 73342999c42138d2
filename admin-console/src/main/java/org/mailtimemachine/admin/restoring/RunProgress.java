package org.mailtimemachine.admin.restoring;

/**
 * How far a restore is.
 *
 * @param done messages that are dealt with
 * @param total messages of its plan; 0 where it has not come to them
 */
public record RunProgress(long done, long total) {

  static final RunProgress NONE = new RunProgress(0, 0);

  /** From 0 to 100, and 100 only where all is done. */
  public int percent() {
    return total == 0 ? 0 : (int) (done * 100 / total);
  }
}
