package org.mailtimemachine.restore;

/** Somebody else is at work on the same restore, or in the same Mailbox: it is not the time yet. */
public final class RestoreBusyException extends RestoreException {

  private static final long serialVersionUID = 1L;

  RestoreBusyException(String message) {
    super(message);
  }
}
