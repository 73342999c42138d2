package org.mailtimemachine.web.signin;

import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * Knows whether a password opens a Mailbox. Implementations are safe for use by several threads and
 * must give the same answer, and do about the same work, for a wrong password, an unknown Mailbox
 * and a locked one.
 */
interface MailboxPasswords {

  /**
   * Whether this password opens this Mailbox now.
   *
   * @throws PasswordsUnavailable where that cannot be found out, which says nothing about the
   *     password
   */
  boolean opens(MailboxAddress mailbox, String password) throws PasswordsUnavailable;
}
