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

  private FoldedText() {}

  /** The text folded; what was folded stays as it is. */
  public static String of(String text) {
    if (ascii(text)) {
      return text.toLowerCase(Locale.ROOT);
    }
    String decomposed = Normalizer.normalize(text, Normalizer.Form.NFKD);
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
