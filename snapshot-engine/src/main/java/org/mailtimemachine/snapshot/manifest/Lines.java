package org.mailtimemachine.snapshot.manifest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The frame of every text file of the Store: a first line that names the format, lines of fields
 * divided by tabs, and a last line {@code end} with the SHA-256 of all before it.
 */
public final class Lines {

  /** Stands for a value that is missing. */
  public static final String NONE = "-";

  private static final String END = "end\t";

  private final StringBuilder text = new StringBuilder(1024);

  private Lines(String format) {
    text.append(format).append('\n');
  }

  /** Begins a file of this format. */
  public static Lines begin(String format) {
    return new Lines(format);
  }

  /** Adds a line; no field may hold a tab or a newline. */
  public Lines add(Object... fields) {
    for (int i = 0; i < fields.length; i++) {
      if (i > 0) {
        text.append('\t');
      }
      text.append(fields[i]);
    }
    text.append('\n');
    return this;
  }

  /** The whole file. */
  public byte[] end() {
    byte[] body = text.toString().getBytes(StandardCharsets.US_ASCII);
    text.append(END).append(sha256(body)).append('\n');
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads a file and verifies its frame.
   *
   * @param format the first line that it must have
   * @param file what to call it in an error
   * @return the fields of all lines between the first and the last
   */
  public static List<String[]> read(byte[] bytes, String format, String file)
      throws DamagedFileException {
    String text = new String(bytes, StandardCharsets.US_ASCII);
    if (!text.startsWith(format + "\n")) {
      int end = Math.min(text.length(), 60);
      throw new DamagedFileException(
          file,
          "is not '"
              + format
              + "' but '"
              + text.substring(0, end).lines().findFirst().orElse("")
              + "'");
    }
    int last = text.lastIndexOf("\n" + END);
    if (last < 0 || !text.endsWith("\n")) {
      throw new DamagedFileException(file, "has no end");
    }
    String expected = text.substring(last + 1 + END.length(), text.length() - 1);
    MessageDigest digest = newSha256();
    digest.update(bytes, 0, last + 1);
    if (!HexFormat.of().formatHex(digest.digest()).equals(expected)) {
      throw new DamagedFileException(file, "its checksum is wrong");
    }
    List<String[]> lines = new ArrayList<>();
    for (int start = format.length() + 1; start <= last; ) {
      int end = text.indexOf('\n', start);
      lines.add(text.substring(start, end).split("\t", -1));
      start = end + 1;
    }
    return lines;
  }

  /** SHA-256 in lower case hexadecimal. */
  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(newSha256().digest(bytes));
  }

  /** A new SHA-256. */
  public static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
