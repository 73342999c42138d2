package org.mailtimemachine.mailstore.mime;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Encoded words (RFC 2047). Neighbours of one charset are decoded together: many mailers cut a
 * character of several bytes in two, which {@code MimeUtility.decodeText} turns into rubbish. An
 * unknown charset is guessed rather than refused, and words are found inside other text.
 */
final class EncodedWords {

  private static final Pattern WORD =
      Pattern.compile("=\\?([^?\\s]{1,40})\\?([bBqQ])\\?([^?]*+)\\?=");

  private EncodedWords() {}

  static String decode(String text) {
    if (!text.contains("=?")) {
      return text;
    }
    StringBuilder decoded = new StringBuilder(text.length());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String charset = "";
    int end = 0;
    Matcher word = WORD.matcher(text);
    while (word.find()) {
      String between = text.substring(end, word.start());
      String label = word.group(1).replaceFirst("\\*.*", "");
      boolean neighbour = end > 0 && between.isBlank();
      if (!neighbour || !label.equalsIgnoreCase(charset)) {
        flush(bytes, charset, decoded);
      }
      if (!neighbour) {
        decoded.append(between);
      }
      charset = label;
      write(word.group(3), word.group(2), bytes);
      end = word.end();
    }
    flush(bytes, charset, decoded);
    return decoded.append(text, end, text.length()).toString();
  }

  private static void flush(ByteArrayOutputStream bytes, String charset, StringBuilder decoded) {
    if (bytes.size() > 0) {
      decoded.append(TextCharset.decode(bytes.toByteArray(), TextCharset.named(charset)));
      bytes.reset();
    }
  }

  private static void write(String encoded, String encoding, ByteArrayOutputStream bytes) {
    // raw 8-bit characters inside a word were decoded as UTF-8 or windows-1252 before
    InputStream in = new ByteArrayInputStream(encoded.getBytes(StandardCharsets.UTF_8));
    InputStream decoder =
        encoding.equalsIgnoreCase("B")
            ? TransferDecoding.streams().inputBase64(in)
            : TransferDecoding.streams().inputQ(in);
    try {
      decoder.transferTo(bytes);
    } catch (IOException e) {
      // not base64 after all: what was decoded so far stays, the rest of the word is lost
      bytes.writeBytes(new byte[] {'?'});
    }
  }
}
