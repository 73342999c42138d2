package org.mailtimemachine.restore.opening;

/** A message may not be opened, and why; nothing was written down of it. */
public final class OpeningRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Why not. */
  public enum Why {
    /** Its user has not allowed it, or it was opened already, or the time is over. */
    NOT_ALLOWED,
    /** So many of the Mailbox, or by the same person, were opened within a day already. */
    TOO_MANY,
    /** He who asks was refused so often within the hour that nothing is looked up any more. */
    TOO_MANY_ATTEMPTS
  }

  private final Why why;

  public OpeningRefusedException(Why why, String message) {
    super(message);
    this.why = why;
  }

  public Why why() {
    return why;
  }
}
