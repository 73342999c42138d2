package org.mailtimemachine.restore.imap;

import java.util.Locale;
import org.mailtimemachine.restore.Hindrance;
import org.mailtimemachine.restore.RestoreException;

/** A server refused a command. Where nobody knows better, the restore stops for that. */
final class ImapRefusal extends RestoreException {

  private static final long serialVersionUID = 1L;

  private final String code;
  private final boolean bad;

  /**
   * @param command without what is secret
   * @param said the text of the answer
   * @param bad whether the server did not understand it, {@code BAD}, and will not later either
   */
  ImapRefusal(String command, String said, boolean bad) {
    super(hindrance(code(said)), command + ": " + said);
    this.code = code(said);
    this.bad = bad;
  }

  private static Hindrance hindrance(String code) {
    return switch (code) {
      case "OVERQUOTA" -> Hindrance.OVER_QUOTA;
      case "NOPERM" -> Hindrance.NOT_PERMITTED;
      default -> Hindrance.SERVER_AWAY;
    };
  }

  boolean bad() {
    return bad;
  }

  /** The word in brackets that the text begins with, such as OVERQUOTA (RFC 5530). */
  static String code(String said) {
    int end = said.indexOf(']');
    if (!said.startsWith("[") || end < 0) {
      return "";
    }
    String inside = said.substring(1, end);
    int blank = inside.indexOf(' ');
    return (blank < 0 ? inside : inside.substring(0, blank)).toUpperCase(Locale.ROOT);
  }

  /** Whether a server that refuses one message for that takes no others now. */
  boolean stopsAll() {
    return is("OVERQUOTA", "UNAVAILABLE", "INUSE", "SERVERBUG");
  }

  boolean is(String... codes) {
    for (String each : codes) {
      if (each.equals(code)) {
        return true;
      }
    }
    return false;
  }
}
