package org.mailtimemachine.restore.desk;

import java.util.UUID;

/**
 * Something that people are to be told by mail. It is kept together with what it is about, and
 * becomes {@link Letter letters} when it is known to whom.
 *
 * @param subject the request, the legal hold or the opening that it is about
 */
public record Notice(UUID subject, Kind kind) {

  /** What is told, and to whom. */
  public enum Kind {
    /** To administrators: there is a request, with a link to confirm it and one to reject it. */
    REQUESTED,
    /** To administrators: one of them confirmed it, and a second one must, too. */
    FIRST_CONFIRMED,
    /** To administrators: the terms of the domain let its user confirm it alone. */
    SELF_CONFIRMED,
    /** To administrators: its user does not want it any more. */
    WITHDRAWN,
    /** To the user, and to administrators: the messages are back. */
    DONE,
    /** To the user: it was confirmed, and could not be carried out. */
    FAILED,
    /** To administrators, once: it was confirmed, and something is in its way. */
    HINDERED,
    /** To the user: what was put back and still untouched was removed again. */
    TAKEN_BACK,
    /** To the user: it was rejected, with the reason. */
    REJECTED,
    /** To the user and to administrators: nobody decided it in time. */
    LAPSED,
    /** To the host's administrators: a legal hold was lifted, and days expire that it kept. */
    HOLD_LIFTED,
    /** To the user: an administrator has opened a message, and why. */
    MESSAGE_OPENED
  }
}
