package org.mailtimemachine.restore.imap;

import java.io.IOException;
import java.util.Locale;

/** A server refused a command: {@code NO} or {@code BAD}. */
final class ImapRefusal extends IOException {

  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * @param command without what is secret
   * @param said the text of the answer
   */
  ImapRefusal(String command, String said) {
    super(command + ": " + said);
    this.code = code(said);
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

  boolean is(String... codes) {
    for (String each : codes) {
      if (each.equals(code)) {
        return true;
      }
    }
    return false;
  }
}
