package org.mailtimemachine.mailstore.posix;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The name of a directory entry: bytes, whatever the locale of the JVM. On a mail host names may be
 * in any charset or in none, and under {@code LANG=C} Java cannot even say a name that is not
 * ASCII.
 *
 * @param bytes one char for each byte (ISO-8859-1), never shown to anybody in this form
 */
public record FileName(String bytes) implements Comparable<FileName> {

  public FileName {
    if (bytes.isEmpty() || bytes.indexOf('/') >= 0 || bytes.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("no file name: '" + PercentEncoding.encode(bytes) + "'");
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
    return new FileName(PercentEncoding.decode(encoded));
  }

  /** Printable ASCII for manifests, messages and ids; see {@link PercentEncoding}. */
  public String encoded() {
    return PercentEncoding.encode(bytes);
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

  // What a record has of itself goes through method handles: five times as slow until C2 compiled
  // it, which is never in a process that lives for half a second.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FileName name && bytes.equals(name.bytes);
  }

  @Override
  public int hashCode() {
    return bytes.hashCode();
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
}
