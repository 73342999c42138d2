package org.mailtimemachine.restore.desk;

/** What somebody wanted of a request is not possible, and why. */
public final class RequestRefusedException extends Exception {

  private static final long serialVersionUID = 1;

  /** Why not. */
  public enum Why {
    /** So many requests of the Mailbox are open already. */
    TOO_MANY_OPEN,
    /** So many requests were filed within a day already. */
    TOO_MANY_REQUESTS,
    /** So many messages were asked for within a day already. */
    TOO_MANY_MESSAGES,
    /** More bytes that no Snapshot has than are copied at a time. */
    TOO_LARGE,
    /** So much of that is kept for the Mailbox already. */
    TOO_MANY_COPIES,
    /** All of it is there, or was only moved. */
    NOTHING_MISSING,
    /** It does not wait any more: somebody else has decided it, or it was withdrawn. */
    NOT_PENDING,
    /** Two must confirm it, and whoever wants to be the second one was the first. */
    SECOND_NEEDED,
    /** Two must confirm it, and at the same moment somebody else was the first. */
    FIRST_MEANWHILE,
    /** The time in which it could be confirmed is over. */
    TOO_LATE,
    /** There is none, or not for whoever asks. */
    UNKNOWN,
    /** This installation does not know where the live Mailboxes are. */
    NO_LIVE_MAIL,
    /** It was not carried out, or was taken back already. */
    NOT_DONE,
    /** Its Receipt is not kept any more: nobody knows what to take back. */
    EXPIRED,
    /** So many are looked at now: another moment is better. */
    BUSY
  }

  private final Why why;

  RequestRefusedException(Why why, String message) {
    super(message);
    this.why = why;
  }

  public Why why() {
    return why;
  }
}
