package org.mailtimemachine.restore;

import java.util.Arrays;

/**
 * A message that a restore has added and its take-back left where it is.
 *
 * @param entry of the Receipt
 */
public record LeftAlone(Receipt.Entry entry, Why why) {

  /** Why it was. */
  public enum Why {
    /** Somebody, or a mail program, has read, flagged or moved it. */
    TOUCHED,
    /** It is not there any more, or was moved to where it is not known again. */
    GONE,
    /** The Store does not hold it any more, or not whole: this may be the last copy. */
    NOT_KEPT,
    /** Nobody has touched it, and the mail server does not remove single messages. */
    NOT_REMOVABLE,
    /** The list of an older, or a newer, version does not say. */
    UNKNOWN;

    static Why named(String name) {
      return Arrays.stream(values())
          .filter(why -> why.name().equals(name))
          .findFirst()
          .orElse(UNKNOWN);
    }
  }
}
