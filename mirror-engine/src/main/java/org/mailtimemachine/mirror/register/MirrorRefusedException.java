package org.mailtimemachine.mirror.register;

/** What somebody wants of the mirrors cannot be, and it is his to want something else. */
public final class MirrorRefusedException extends Exception {

  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Reason {
    /** Days are not 1 to 3650. */
    DAYS,
    /** A copy has to go somewhere, and nowhere twice. */
    NO_DESTINATION,
    /** The domain has as many mirrors as it may have. */
    LIMIT,
    /** There is a mirror of that source into that mailbox. */
    ALREADY,
    /** There is no such mailbox. */
    NO_MAILBOX,
    /** Its own mail would expire. */
    ITS_OWN_MIRROR,
    /** Older mail in an existing mailbox will be deleted, and that was not agreed to. */
    OLDER_MAIL,
    /** The mailbox that would be made is there already, with mail in it. */
    TAKEN,
    /** Copies for audit are in mailboxes of their own, and are kept no shorter than was said. */
    READ_ONLY,
    /** No users file is set up, so nobody could read a mailbox that is made. */
    NO_USERS_FILE,
    /** There is no mirror with that id, or none with a mailbox of its own. */
    UNKNOWN,
    /** It has ended. */
    ENDED
  }

  private final Reason reason;
  private final String subject;

  MirrorRefusedException(Reason reason, String subject, String sentence) {
    super(sentence);
    this.reason = reason;
    this.subject = subject;
  }

  public Reason reason() {
    return reason;
  }

  /** The address, the domain, the id or the number that it is about. */
  public String subject() {
    return subject;
  }
}
