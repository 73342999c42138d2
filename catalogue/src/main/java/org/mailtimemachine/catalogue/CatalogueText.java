package org.mailtimemachine.catalogue;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.mailtimemachine.mailstore.mime.FoldedText;

/**
 * Text from mail as the Catalogue keeps it. Columns hold hostile text: without control characters
 * (PostgreSQL refuses NUL) and lone surrogates (UTF-8 has none), and no longer than a list needs.
 */
final class CatalogueText {

  private static final Pattern LEADING_NOISE = Pattern.compile("^[^\\p{L}\\p{N}]+");

  /**
   * What RFC 5256, section 2.1, takes off a subject before it is sorted, with languages we know.
   */
  private static final Pattern REPLY_PREFIXES =
      Pattern.compile(
          "^(?:\\s*(?:re|fw|fwd|aw|wg|r|i|rif|sv|vs|antw|tr|rv)(?:\\s*\\[[^\\]]{0,20}+\\])?\\s*:)+\\s*+(?=\\S)");

  private static final int LONGEST_SORT_KEY = 64;

  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  private CatalogueText() {}

  /** One line of at most that many chars. */
  static String line(String text, int longest) {
    StringBuilder line = new StringBuilder(Math.min(text.length(), longest));
    int at = 0;
    while (at < text.length()) {
      int point = text.codePointAt(at);
      at += Character.charCount(point);
      if (line.length() + Character.charCount(point) > longest) {
        break;
      }
      line.appendCodePoint(storable(point));
    }
    return line.toString();
  }

  /** What names are sorted by: letters and digits first, no accents, no case. */
  static String sortKey(String text) {
    String bare = FoldedText.of(line(text, 4 * LONGEST_SORT_KEY));
    return line(LEADING_NOISE.matcher(bare).replaceFirst(""), LONGEST_SORT_KEY);
  }

  /** What subjects are sorted by: a reply stands beside what it replies to. */
  static String subjectSortKey(String subject) {
    String folded = FoldedText.of(line(subject, 4 * LONGEST_SORT_KEY));
    return sortKey(REPLY_PREFIXES.matcher(folded).replaceFirst(""));
  }

  /** What PostgreSQL can hold and a calendar can show; a file's mtime may be anything. */
  static Instant storable(Instant time) {
    Instant bounded = time.isBefore(EARLIEST) ? EARLIEST : time.isAfter(LATEST) ? LATEST : time;
    return bounded.truncatedTo(ChronoUnit.MICROS);
  }

  private static int storable(int point) {
    if (Character.isISOControl(point) || point == 0x2028 || point == 0x2029) {
      return ' ';
    }
    boolean loneSurrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    return loneSurrogate ? 0xFFFD : point;
  }
}
