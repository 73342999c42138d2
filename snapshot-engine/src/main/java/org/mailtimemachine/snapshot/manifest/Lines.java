package org.mailtimemachine.snapshot.manifest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The frame of every text file of the Store: a first line that names the format, lines of fields
 * divided by tabs, and a last line {@code end} with the SHA-256 of all before it.
 */
public final class Lines {

  /** Stands for a value that is missing. */
  public static final String NONE = "-";

  private static final String END = "end\t";
  private static final int SHA256_DIGITS = 64;
  private static final Pattern VERSION = Pattern.compile("[0-9]{1,9}");

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

  /** The text so far, for a file of many lines: whoever appends here ends each with a newline. */
  StringBuilder text() {
    return text;
  }

  /** The whole file. */
  public byte[] end() {
    return endWithDigest().bytes();
  }

  /** A whole file. */
  public static final class Text {
    private final byte[] bytes;
    private final String sha256;

    private Text(byte[] bytes, String sha256) {
      this.bytes = bytes;
      this.sha256 = sha256;
    }

    /** All of it; not to be changed. */
    public byte[] bytes() {
      return bytes;
    }

    /** Of all of it, in lower case hexadecimal. */
    public String sha256() {
      return sha256;
    }
  }

  /** The whole file, and its SHA-256 for little more than that of the last line. */
  Text endWithDigest() {
    int length = text.length();
    String end = END + "0".repeat(SHA256_DIGITS) + '\n';
    byte[] bytes = text.append(end).toString().getBytes(StandardCharsets.US_ASCII);
    MessageDigest digest = newSha256();
    digest.update(bytes, 0, length);
    byte[] checksum = soFar(digest).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(checksum, 0, bytes, length + END.length(), checksum.length);
    digest.update(bytes, length, bytes.length - length);
    return new Text(bytes, HexFormat.of().formatHex(digest.digest()));
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
    int last = verify(bytes, format, file).lastLine();
    String text = new String(bytes, 0, last, StandardCharsets.US_ASCII);
    List<String[]> lines = new ArrayList<>();
    for (int start = format.length() + 1; start < last; ) {
      int end = text.indexOf('\n', start);
      lines.add(text.substring(start, end).split("\t", -1));
      start = end + 1;
    }
    return lines;
  }

  /**
   * What is true of a file whose frame was verified.
   *
   * @param lastLine where the last line begins
   * @param sha256 of the whole file
   */
  record Frame(int lastLine, String sha256) {}

  /**
   * Verifies the frame of a file.
   *
   * @throws UnknownFormatException where it is another version of this format
   */
  static Frame verify(byte[] bytes, String format, String file) throws DamagedFileException {
    int first = format.length();
    String start = new String(bytes, 0, Math.min(bytes.length, 60), StandardCharsets.US_ASCII);
    if (!start.startsWith(format + "\n")) {
      String other = start.lines().findFirst().orElse("");
      String reason = "is not '" + format + "' but '" + other + "'";
      String kind = format.substring(0, format.lastIndexOf(' ') + 1);
      throw other.startsWith(kind) && VERSION.matcher(other.substring(kind.length())).matches()
          ? new UnknownFormatException(file, reason)
          : new DamagedFileException(file, reason);
    }
    int last = bytes.length - END.length() - SHA256_DIGITS - 1;
    if (last <= first
        || bytes[last - 1] != '\n'
        || bytes[bytes.length - 1] != '\n'
        || !new String(bytes, last, END.length(), StandardCharsets.US_ASCII).equals(END)) {
      throw new DamagedFileException(file, "has no end");
    }
    MessageDigest digest = newSha256();
    digest.update(bytes, 0, last);
    String expected =
        new String(bytes, last + END.length(), SHA256_DIGITS, StandardCharsets.US_ASCII);
    if (!soFar(digest).equals(expected)) {
      throw new DamagedFileException(file, "its checksum is wrong");
    }
    digest.update(bytes, last, bytes.length - last);
    return new Frame(last, HexFormat.of().formatHex(digest.digest()));
  }

  /** The digest of what it was given until now; it can be given more. */
  private static String soFar(MessageDigest digest) {
    try {
      return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the SHA-256 of every Java platform can be cloned", e);
    }
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
