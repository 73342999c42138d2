package org.mailtimemachine.restore.imap;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A kept message as IMAP shows it: every line ends in one CR and LF (servers keep the LF alone, and
 * no second CR before it), and NUL, which no literal may have (RFC 3501, section 9), is what
 * Dovecot makes of it, 0x80. Two messages whose text is the same are the same to every client.
 *
 * @param size bytes of it: RFC822.SIZE
 * @param sha256 of it, in hexadecimal
 */
record MessageText(long size, String sha256) {

  private static final int BUFFER = 64 * 1024;

  /** As far as is looked for a Message-ID. */
  private static final int LONGEST_HEADER = 64 * 1024;

  /** A longer one says nothing: a server was asked for less than all of it. */
  private static final int LONGEST_ID = 1_000;

  private static final int SHOWN_NUL = 0x80;

  /** The bytes of a file, from anywhere in it. */
  interface Bytes {

    /** As many as there are, up to a length; 0 or less at the end. */
    int read(long position, byte[] target, int offset, int length) throws IOException;
  }

  static MessageText of(Bytes file) throws IOException {
    return writtenTo(file, OutputStream.nullOutputStream());
  }

  /** Writes it, and says what was written. */
  static MessageText writtenTo(Bytes file, OutputStream out) throws IOException {
    MessageDigest digest = sha256Digest();
    long[] size = {0};
    write(
        file,
        (bytes, length) -> {
          digest.update(bytes, 0, length);
          size[0] += length;
          out.write(bytes, 0, length);
        });
    return new MessageText(size[0], HexFormat.of().formatHex(digest.digest()));
  }

  static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private interface Sink {
    void take(byte[] bytes, int length) throws IOException;
  }

  private static void write(Bytes file, Sink sink) throws IOException {
    byte[] from = new byte[BUFFER];
    byte[] to = new byte[BUFFER];
    int length = 0;
    int returns = 0; // CRs that may stand before a line end
    long position = 0;
    int read = file.read(0, from, 0, from.length);
    while (read > 0) {
      for (int i = 0; i < read; i++) {
        int b = from[i];
        if (b == '\r') {
          returns++;
          continue;
        }
        for (returns = b == '\n' ? 1 : returns; returns > 0; returns--) {
          length = put('\r', to, length, sink);
        }
        length = put(b == 0 ? SHOWN_NUL : b, to, length, sink);
      }
      position += read;
      read = file.read(position, from, 0, from.length);
    }
    for (; returns > 0; returns--) {
      length = put('\r', to, length, sink);
    }
    sink.take(to, length);
  }

  private static int put(int b, byte[] to, int length, Sink sink) throws IOException {
    int at = length;
    if (at == to.length) {
      sink.take(to, at);
      at = 0;
    }
    to[at] = (byte) b;
    return at + 1;
  }

  /**
   * The Message-ID of a file, as {@link #messageId(String)} gives it; empty also where its header
   * is longer than anybody reads.
   */
  static String messageIdOf(Bytes file) throws IOException {
    byte[] head = new byte[LONGEST_HEADER];
    int length = 0;
    int read = file.read(0, head, 0, BUFFER / 16);
    while (read > 0 && length + read < head.length && !hasBlankLine(head, length + read)) {
      length += read;
      read = file.read(length, head, length, Math.min(BUFFER / 16, head.length - length));
    }
    int all = length + Math.max(0, read);
    if (all >= head.length) {
      return "";
    }
    // As the server shows it, or the two would not be the same.
    ByteArrayOutputStream shown = new ByteArrayOutputStream(all);
    writtenTo(
        (position, target, offset, most) -> {
          int some = (int) Math.min(most, all - position);
          System.arraycopy(head, (int) position, target, offset, some);
          return some;
        },
        shown);
    return messageId(shown.toString(StandardCharsets.ISO_8859_1));
  }

  private static boolean hasBlankLine(byte[] head, int length) {
    for (int i = 1; i < length; i++) {
      if (head[i] == '\n'
          && (head[i - 1] == '\n' || (i > 1 && head[i - 1] == '\r' && head[i - 2] == '\n'))) {
        return true;
      }
    }
    return false;
  }

  /**
   * The first Message-ID in a header, without any white space; empty where there is none, or one
   * that is too long.
   */
  static String messageId(String header) {
    StringBuilder id = new StringBuilder();
    boolean found = false;
    for (String line : header.split("\r?\n", -1)) {
      if (line.isEmpty()) {
        break;
      }
      boolean continued = line.charAt(0) == ' ' || line.charAt(0) == '\t';
      if (found && !continued) {
        break;
      }
      if (found) {
        id.append(line);
      } else if (!continued) { // or who writes a subject would say what the Message-ID is
        int colon = line.indexOf(':');
        if (colon > 0
            && line.substring(0, colon)
                .stripTrailing()
                .toLowerCase(Locale.ROOT)
                .equals("message-id")) {
          found = true;
          id.append(line, colon + 1, line.length());
        }
      }
    }
    String stripped = id.toString().replaceAll("\\s", "");
    return stripped.length() > LONGEST_ID ? "" : stripped;
  }
}
