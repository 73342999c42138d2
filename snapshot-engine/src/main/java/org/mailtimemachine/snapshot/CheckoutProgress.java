package org.mailtimemachine.snapshot;

/** Is told how far a check-out is, by the thread that makes it. */
@FunctionalInterface
public interface CheckoutProgress {

  /** Nobody wants to know. */
  CheckoutProgress NONE = (done, total) -> {};

  /**
   * One more message has its file.
   *
   * @param done how many have, this one included
   * @param total how many there are in all Mailboxes
   */
  void messageDone(long done, long total);
}
