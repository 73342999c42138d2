package org.mailtimemachine.mailstore.mime;

import java.util.regex.Pattern;

/**
 * Characters of a text that somebody else wrote which nobody sees, or which make the words around
 * them look like others: controls, formats (overrides and isolates of writing direction, spaces of
 * no width) and separators of lines and paragraphs. Ends of lines and tabs are seen; joiners are
 * spelling in some scripts.
 */
public final class UnseenText {

  private static final Pattern UNSEEN =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\n\\t\\u200c\\u200d]]");

  private static final Pattern JOINERS = Pattern.compile("[\\u200c\\u200d]");

  private UnseenText() {}

  /** Whether there are any in it. */
  public static boolean isIn(String text) {
    return UNSEEN.matcher(text).find();
  }

  /** The same text without them. */
  public static String removedFrom(String text) {
    return UNSEEN.matcher(text).replaceAll("");
  }

  /** The same text with a sign for each, and for joiners: for who must know what is there. */
  public static String markedIn(String text) {
    return JOINERS.matcher(UNSEEN.matcher(text).replaceAll("\ufffd")).replaceAll("\ufffd");
  }

  /** Whether a character makes what stands around it look otherwise. */
  public static boolean reorders(int c) {
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
  }
}
