package org.mailtimemachine.mailstore.posix;

import java.nio.charset.StandardCharsets;

/**
 * The name of a directory entry: bytes, whatever the locale of the JVM. On a mail host names may be
 * in any charset or in none, and under {@code LANG=C} Java cannot even say a name that is not
 * ASCII.
 *
 * @param bytes one char for each byte (ISO-8859-1), never shown to anybody in this form
 */
public record FileName(String bytes) implements Comparable<FileName> {

  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  public FileName {
    if (bytes.isEmpty() || bytes.indexOf('/') >= 0 || bytes.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("no file name: '" + encode(bytes) + "'");
    }
  }

  /** The name that this text has on disk, in UTF-8. */
  public static FileName ofText(String text) {
    return new FileName(
        new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
  }

  /**
   * Reads what {@link #encoded()} wrote.
   *
   * @throws IllegalArgumentException where it cannot have been written by it
   */
  public static FileName ofEncoded(String encoded) {
    return new FileName(decode(encoded));
  }

  /**
   * Printable ASCII for manifests, messages and ids: every byte outside {@code !} to {@code ~}, and
   * {@code %} itself, as {@code %XX}.
   */
  public String encoded() {
    return encode(bytes);
  }

  /** The bytes read as UTF-8, for people; broken ones become U+FFFD. */
  public String text() {
    return new String(raw(), StandardCharsets.UTF_8);
  }

  /** A copy of the bytes. */
  public byte[] raw() {
    return bytes.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Entries that start with a dot are never messages, mailboxes or snapshots. */
  public boolean hidden() {
    return bytes.charAt(0) == '.';
  }

  @Override
  public int compareTo(FileName other) {
    return bytes.compareTo(other.bytes);
  }

  /** The encoded form: safe in logs. */
  @Override
  public String toString() {
    return encoded();
  }

  private static String encode(String bytes) {
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

  private static boolean plain(char c) {
    return c > ' ' && c < 0x7f && c != '%';
  }

  private static String decode(String encoded) {
    if (encoded.indexOf('%') < 0) {
      if (!encoded.chars().allMatch(c -> plain((char) c))) {
        throw new IllegalArgumentException("not an encoded name");
      }
      return encoded;
    }
    StringBuilder bytes = new StringBuilder(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        if (i + 2 >= encoded.length()) {
          throw new IllegalArgumentException("not an encoded name: " + encoded);
        }
        bytes.append((char) Integer.parseInt(encoded, i + 1, i + 3, 16));
        i += 2;
      } else if (plain(c)) {
        bytes.append(c);
      } else {
        throw new IllegalArgumentException("not an encoded name");
      }
    }
    return bytes.toString();
  }
}
