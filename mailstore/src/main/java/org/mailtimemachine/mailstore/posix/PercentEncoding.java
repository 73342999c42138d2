package org.mailtimemachine.mailstore.posix;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Bytes as printable ASCII without spaces: every byte outside {@code !} to {@code ~}, and {@code %}
 * itself, is written as {@code %XX} in upper case (the mechanism of RFC 3986, 2.1, with a longer
 * list of plain characters). Each sequence of bytes has exactly one encoded form.
 */
public final class PercentEncoding {

  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private PercentEncoding() {}

  /** Encodes text by its UTF-8 bytes. */
  public static String encodeText(String text) {
    return encode(new String(text.getBytes(UTF_8), ISO_8859_1));
  }

  /**
   * Decodes what {@link #encodeText} wrote.
   *
   * @throws IllegalArgumentException where it cannot have been written by it
   */
  public static String decodeText(String encoded) {
    return new String(decode(encoded).getBytes(ISO_8859_1), UTF_8);
  }

  /** Encodes bytes that are held as one char each (ISO-8859-1). */
  static String encode(String bytes) {
    int i = 0;
    while (i < bytes.length() && plain(bytes.charAt(i))) {
      i++;
    }
    if (i == bytes.length()) {
      return bytes;
    }
    StringBuilder encoded = new StringBuilder(bytes.length() + 16).append(bytes, 0, i);
    for (; i < bytes.length(); i++) {
      char c = bytes.charAt(i);
      if (plain(c)) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HEX[(c >> 4) & 15]).append(HEX[c & 15]);
      }
    }
    return encoded.toString();
  }

  private static boolean plain(String encoded) {
    for (int i = 0; i < encoded.length(); i++) {
      if (!plain(encoded.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean plain(char c) {
    return c > ' ' && c < 0x7f && c != '%';
  }

  /** Decodes to one char for each byte. */
  static String decode(String encoded) {
    if (encoded.indexOf('%') < 0) {
      if (!plain(encoded)) {
        throw new IllegalArgumentException("not percent-encoded");
      }
      return encoded;
    }
    StringBuilder bytes = new StringBuilder(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        if (i + 2 >= encoded.length()) {
          throw new IllegalArgumentException("not percent-encoded: " + encoded);
        }
        bytes.append((char) Integer.parseInt(encoded, i + 1, i + 3, 16));
        i += 2;
      } else if (plain(c)) {
        bytes.append(c);
      } else {
        throw new IllegalArgumentException("not percent-encoded");
      }
    }
    return bytes.toString();
  }
}
