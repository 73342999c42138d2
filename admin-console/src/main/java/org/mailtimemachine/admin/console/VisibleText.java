package org.mailtimemachine.admin.console;

import java.util.regex.Pattern;

/** Text out of mail, before it is written escaped into a page. */
final class VisibleText {

  /** What has no shape of its own, or makes what follows look like something else. */
  private static final Pattern UNSHOWN =
      Pattern.compile("[\\p{Cc}&&[^\n\t]]|[\\u202a-\\u202e\\u2066-\\u2069]");

  private VisibleText() {}

  /** The same with a sign in the place of each character that nobody sees. */
  static String of(String text) {
    return UNSHOWN.matcher(text.replace("\r\n", "\n")).replaceAll("\ufffd");
  }
}
