package org.mailtimemachine.snapshot;

import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** Is told how far a check is; called by one thread. */
@FunctionalInterface
public interface CheckProgress {

  /** Nobody wants to know. */
  CheckProgress NONE = (mailbox, done, total, bytes) -> {};

  /**
   * One more Mailbox is done.
   *
   * @param done how many are done, this one included
   * @param total how many there are
   * @param bytes of Messages that were read so far
   */
  void mailboxDone(MailboxAddress mailbox, int done, int total, long bytes);
}
