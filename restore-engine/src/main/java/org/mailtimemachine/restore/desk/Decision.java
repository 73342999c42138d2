package org.mailtimemachine.restore.desk;

import java.time.Instant;
import org.mailtimemachine.restore.WrittenReason;

/**
 * Who ended the waiting of a request, and why.
 *
 * @param who an administrator's name; the user's address where it was withdrawn; empty where nobody
 *     did anything until it lapsed
 * @param reason in their words; may be empty
 */
public record Decision(String who, Instant when, String reason) {

  /** Longer ones are letters. */
  public static final int LONGEST_REASON = 2_000;

  public Decision {
    if (reason.length() > LONGEST_REASON) {
      throw new IllegalArgumentException(
          "a reason has at most " + LONGEST_REASON + " characters: " + reason.length());
    }
  }

  /** Whether a text can be told a user as the reason why he gets nothing back. */
  public static boolean isReason(String text) {
    return WrittenReason.is(text, LONGEST_REASON);
  }
}
