package org.mailtimemachine.snapshot;

import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** Is told how far a take is; called by several threads, one at a time. */
@FunctionalInterface
public interface TakeProgress {

  /** Nobody wants to know. */
  TakeProgress NONE = (mailbox, done, total) -> {};

  /**
   * One more Mailbox is done.
   *
   * @param done how many are done, this one included
   * @param total how many there are
   */
  void mailboxDone(MailboxAddress mailbox, int done, int total);
}
