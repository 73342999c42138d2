package org.mailtimemachine.web.signin;

import org.jspecify.annotations.Nullable;

/** The place that knows the passwords does not answer. */
final class PasswordsUnavailable extends Exception {

  /**
   * @param where the server or file, as an administrator would name it
   */
  PasswordsUnavailable(String where, @Nullable Throwable cause) {
    super("passwords cannot be checked at " + where, cause);
  }
}
