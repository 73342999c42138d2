package org.mailtimemachine.snapshot.manifest;

import java.time.Instant;

/** Times of files as text: seconds and nanoseconds since 1970, {@code 1795310491.034431000}. */
final class FileTime {

  private FileTime() {}

  static String format(Instant time) {
    String nanos = Integer.toString(time.getNano());
    return time.getEpochSecond() + "." + "0".repeat(9 - nanos.length()) + nanos;
  }

  static Instant parse(String text) {
    int point = text.indexOf('.');
    return Instant.ofEpochSecond(
        Long.parseLong(text, 0, point, 10), Integer.parseInt(text, point + 1, text.length(), 10));
  }
}
