package org.mailtimemachine.snapshot.manifest;

import java.time.Instant;

/** Times of files as text: seconds and nanoseconds since 1970, {@code 1795310491.034431000}. */
public final class FileTime {

  private FileTime() {}

  /** The text of a time. */
  public static String format(Instant time) {
    StringBuilder text = new StringBuilder(20);
    append(text, time);
    return text.toString();
  }

  static void append(StringBuilder text, Instant time) {
    // Ten digits, of which the first one becomes the point.
    text.append(time.getEpochSecond()).append(1_000_000_000L + time.getNano());
    text.setCharAt(text.length() - 10, '.');
  }

  /** Reads it; IllegalArgumentException or IndexOutOfBoundsException where it is none. */
  public static Instant parse(String text) {
    int point = text.indexOf('.');
    return Instant.ofEpochSecond(
        Long.parseLong(text, 0, point, 10), Integer.parseInt(text, point + 1, text.length(), 10));
  }
}
