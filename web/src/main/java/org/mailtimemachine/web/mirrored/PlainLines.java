package org.mailtimemachine.web.mirrored;

import java.io.IOException;
import org.mailtimemachine.mailstore.mime.MessageSource;

/**
 * A message as mailboxes keep it, whatever ends its lines: LF. Mail comes over the line with CR LF,
 * and what is delivered mostly has LF. For one thread.
 */
final class PlainLines {

  private static final int BUFFER_BYTES = 64 * 1024;

  private final MessageSource source;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private long position;
  private int at;
  private int end;

  PlainLines(MessageSource source) {
    this.source = source;
  }

  /** How many bytes it has, read to its end. */
  static long count(MessageSource source) throws IOException {
    PlainLines lines = new PlainLines(source);
    long count = 0;
    while (lines.next() >= 0) {
      count++;
    }
    return count;
  }

  /**
   * The next byte, without a CR that stands before a LF.
   *
   * @return -1 at the end
   */
  int next() throws IOException {
    int next = read();
    return next == '\r' && peek() == '\n' ? read() : next;
  }

  private int read() throws IOException {
    int next = peek();
    at++;
    return next;
  }

  private int peek() throws IOException {
    if (at >= end) {
      end = Math.max(0, source.read(position, buffer, 0, buffer.length));
      position += end;
      at = 0;
    }
    return end == 0 ? -1 : buffer[at] & 0xff;
  }
}
