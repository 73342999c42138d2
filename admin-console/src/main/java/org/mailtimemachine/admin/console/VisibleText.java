package org.mailtimemachine.admin.console;

import org.mailtimemachine.mailstore.mime.UnseenText;

/** Text out of mail, before it is written escaped into a page. */
final class VisibleText {

  private VisibleText() {}

  /** The same with a sign in the place of each character that nobody sees. */
  static String of(String text) {
    return UnseenText.markedIn(text.replace("\r\n", "\n"));
  }
}
