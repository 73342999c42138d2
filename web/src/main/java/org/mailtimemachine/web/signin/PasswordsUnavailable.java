package org.mailtimemachine.web.signin;

import org.jspecify.annotations.Nullable;

/** The place that knows the passwords does not answer. */
final class PasswordsUnavailable extends Exception {

  /**
   * @param where the server or file, as an administrator would name it
   */
  PasswordsUnavailable(String where, @Nullable Throwable cause) {
    super("passwords cannot be checked at " + where + words(cause), cause);
  }

  /** Of what lies below all: a wrong certificate, say, and not only that nobody could connect. */
  private static String words(@Nullable Throwable cause) {
    @Nullable Throwable lowest = cause;
    while (lowest != null && lowest.getCause() != null) {
      lowest = lowest.getCause();
    }
    return lowest == null ? "" : ": " + lowest.getMessage();
  }
}
