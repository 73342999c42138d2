package org.mailtimemachine.mailstore.mime;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Text for comparing whatever the case: the folding of IMAP's {@code i;unicode-casemap} (RFC 5051)
 * but by lower case and without combining marks, so "perche" is found in "Perché".
 */
public final class FoldedText {

  private static final Pattern MARKS = Pattern.compile("\\p{Mn}+");

  /**
   * More marks on one letter than any language has: Unicode's stream-safe text allows thirty (UAX
   * 15, 13). To put them in order takes the square of their number, and a stranger sends them.
   */
  private static final Pattern TOO_MANY_MARKS = Pattern.compile("(\\p{M}{30})\\p{M}++");

  private FoldedText() {}

  /** The text folded; what was folded stays as it is. */
  public static String of(String text) {
    if (ascii(text)) {
      return text.toLowerCase(Locale.ROOT);
    }
    String bounded = TOO_MANY_MARKS.matcher(text).replaceAll("$1");
    String decomposed = Normalizer.normalize(bounded, Normalizer.Form.NFKD);
    String folded = decomposed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    // Java writes a sigma at the end of a word in its other form.
    return MARKS.matcher(folded).replaceAll("").replace('ς', 'σ');
  }

  private static boolean ascii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7f) {
        return false;
      }
    }
    return true;
  }
}
