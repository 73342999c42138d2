package org.mailtimemachine.mailstore.mime;

import jakarta.mail.internet.MailDateFormat;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** Header values as a person reads them. */
final class HeaderText {

  /** A phrase in quotes before an address; the quotes are syntax, not part of the name. */
  private static final Pattern QUOTED_NAME =
      Pattern.compile("\"((?:[^\"\\\\]|\\\\.){0,500}+)\"(?=\\s*<)");

  private static final Instant EARLIEST = Instant.parse("1970-01-02T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

  private HeaderText() {}

  /** Unfolded, raw bytes decoded, encoded words not yet. */
  static String unfolded(String raw) {
    String text = raw;
    if (!FoldedText.ascii(raw)) {
      text = TextCharset.decode(raw.getBytes(StandardCharsets.ISO_8859_1), Optional.empty());
    }
    return text.indexOf('\n') < 0 ? text : text.replace("\r\n", "");
  }

  /** One line of text, decoded and safe to show. */
  static String line(String raw) {
    return clean(EncodedWords.decode(unfolded(raw)));
  }

  /** Names and addresses as one line of text. */
  static String addresses(String raw) {
    // the quotes go first: a name that hides an address in an encoded word keeps its quotes
    String unquoted = QUOTED_NAME.matcher(unfolded(raw)).replaceAll("$1");
    return clean(EncodedWords.decode(unquoted));
  }

  static Optional<Instant> date(String raw) {
    try {
      Instant date = new MailDateFormat().parse(unfolded(raw)).toInstant();
      return date.isBefore(EARLIEST) || date.isAfter(LATEST) ? Optional.empty() : Optional.of(date);
    } catch (ParseException e) {
      return Optional.empty();
    }
  }

  /** The beginning of a text, not cut inside a character. */
  static String start(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    return text.substring(0, end);
  }

  /**
   * Control characters and white space become one space; the controls that reorder what stands
   * around them (Unicode Bidirectional Algorithm, embeddings, overrides and isolates) and halves of
   * surrogate pairs go.
   */
  static String clean(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    boolean space = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (Character.isISOControl(c) || Character.isWhitespace(c)) {
        space = true;
      } else if (!UnseenText.reorders(c) && Character.getType(c) != Character.SURROGATE) {
        if (space && !clean.isEmpty()) {
          clean.append(' ');
        }
        space = false;
        clean.appendCodePoint(c);
      }
    }
    return clean.toString();
  }
}
