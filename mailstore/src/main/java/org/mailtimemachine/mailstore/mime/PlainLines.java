package org.mailtimemachine.mailstore.mime;

import java.io.IOException;

/**
 * A message as mailboxes keep it, whatever ends its lines: LF. Mail comes over the line with CR LF,
 * and what is delivered mostly has LF. Read from its end: two messages of one sender differ there,
 * or are the same, as what delivery adds is in front. For one thread.
 */
public final class PlainLines {

  private static final int BUFFER_BYTES = 64 * 1024;

  private final MessageSource source;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private long position;
  private int left;

  /** Reads nothing yet. */
  public PlainLines(MessageSource source) {
    this.source = source;
    this.position = source.size();
  }

  /** How many bytes it has, all of it read. */
  public static long count(MessageSource source) throws IOException {
    PlainLines lines = new PlainLines(source);
    long count = 0;
    while (lines.previous() >= 0) {
      count++;
    }
    return count;
  }

  /**
   * The byte before, without a CR that stands before a LF.
   *
   * @return -1 at the beginning
   */
  public int previous() throws IOException {
    int previous = read();
    if (previous == '\n' && peek() == '\r') {
      left--;
    }
    return previous;
  }

  /** How much of the source was read for it. */
  public long bytesRead() {
    return source.size() - position;
  }

  private int read() throws IOException {
    int previous = peek();
    if (previous >= 0) {
      left--;
    }
    return previous;
  }

  private int peek() throws IOException {
    if (left == 0 && position > 0) {
      fill();
    }
    return left == 0 ? -1 : buffer[left - 1] & 0xff;
  }

  private void fill() throws IOException {
    int length = (int) Math.min(buffer.length, position);
    for (int at = 0; at < length; ) {
      int read = source.read(position - length + at, buffer, at, length - at);
      if (read < 0) {
        throw new IOException("a message became shorter while it was read");
      }
      at += read;
    }
    position -= length;
    left = length;
  }
}
