package org.mailtimemachine.mirror.smtp;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * What one side says, byte by byte. A line ends with CR LF and with nothing else (RFC 5321 section
 * 2.3.8): whoever takes a bare LF for an end of line where his neighbour does not can be made to
 * see commands in a text. For one thread.
 */
final class SmtpInput {

  private static final int BUFFER_BYTES = 64 * 1024;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;

  SmtpInput(InputStream in) {
    this.in = in;
  }

  /**
   * Reads one line, each byte of which is a character of ISO 8859-1.
   *
   * @param longest bytes with its CR LF
   * @return the line without its end
   * @throws ProtocolException where it is longer, or has a NUL, a bare CR or a bare LF in it
   * @throws EOFException where the other side has closed, even in the middle of a line
   */
  String line(int longest) throws IOException {
    byte[] line = new byte[longest];
    int length = 0;
    while (true) {
      byte next = next();
      if (next == '\n') {
        throw new ProtocolException("a line feed without a carriage return");
      }
      if (next == 0) {
        throw new ProtocolException("a NUL");
      }
      if (next == '\r') {
        if (next() != '\n') {
          throw new ProtocolException("a carriage return without a line feed");
        }
        return new String(line, 0, length, StandardCharsets.ISO_8859_1);
      }
      if (length > longest - 3) {
        throw new ProtocolException("a line of more than " + longest + " bytes");
      }
      line[length++] = next;
    }
  }

  /** The next byte. */
  byte next() throws IOException {
    if (position == limit) {
      int read = in.read(buffer, 0, buffer.length);
      if (read < 0) {
        throw new EOFException("closed by the other side");
      }
      position = 0;
      limit = read;
    }
    return buffer[position++];
  }

  /**
   * Takes what has come of the bytes up to the next end of line or NUL, without waiting for any.
   *
   * @return how many; 0 where there is none
   */
  int ordinary(byte[] to, int offset, int most) {
    int end = Math.min(limit, position + most);
    int at = position;
    while (at < end && buffer[at] != '\r' && buffer[at] != '\n' && buffer[at] != 0) {
      at++;
    }
    int length = at - position;
    System.arraycopy(buffer, position, to, offset, length);
    position = at;
    return length;
  }

  /** Whether it has said another line with what was read last, to its end; nothing is read. */
  boolean hasLine() {
    for (int at = position; at < limit; at++) {
      if (buffer[at] == '\n') {
        return true;
      }
    }
    return false;
  }

  /** Whether it has already said more than was read. */
  boolean hasMore() throws IOException {
    return position < limit || in.available() > 0;
  }
}
