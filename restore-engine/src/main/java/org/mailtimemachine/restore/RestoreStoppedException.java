package org.mailtimemachine.restore;

/** Somebody has asked that a restore stops; what was done until then is kept and listed. */
public final class RestoreStoppedException extends RestoreException {

  private static final long serialVersionUID = 1L;

  RestoreStoppedException(String message) {
    super(message);
  }
}
