package org.mailtimemachine.admin.console;

import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * The password of a mirror mailbox until it is shown. Not serializable, so that no server writes it
 * to a disk with the session.
 */
record MirrorPassword(MailboxAddress mailbox, String password) {

  /** The session attribute that holds it. */
  static final String NAME = MirrorPassword.class.getName();

  @Override
  public String toString() {
    return "MirrorPassword[" + mailbox + "]";
  }
}
