package org.mailtimemachine.restore;

import org.mailtimemachine.mailstore.mime.UnseenText;

/** What somebody must write for somebody else to read. */
public final class WrittenReason {

  /** Fewer letters and digits say nothing. */
  private static final int FEWEST_SIGNS = 3;

  private WrittenReason() {}

  /**
   * Whether a text says something.
   *
   * @param longest characters that it may have
   */
  public static boolean is(String text, int longest) {
    return text.length() <= longest
        && !UnseenText.isIn(text)
        && text.codePoints().filter(Character::isLetterOrDigit).count() >= FEWEST_SIGNS;
  }
}
