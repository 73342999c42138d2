package org.mailtimemachine.mailstore.mime;

import jakarta.mail.internet.SharedInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A range of a message's bytes. Jakarta Mail cuts parts out of a {@link SharedInputStream} instead
 * of copying them. Used by one thread; closing it closes nothing.
 */
final class MessageStream extends InputStream implements SharedInputStream {

  private final Reading reading;
  private final long start;
  private final long end;
  private long position;
  private long mark;

  MessageStream(Reading reading, long start, long end) {
    this.reading = reading;
    this.start = start;
    this.end = Math.max(start, end);
    this.position = start;
    this.mark = start;
  }

  /** Where the range ends in the message. */
  long end() {
    return end;
  }

  /** Bytes from here to the end of the range. */
  long remaining() {
    return end - position;
  }

  /** What is left of this range, as a stream of its own. */
  MessageStream rest() {
    return new MessageStream(reading, position, end);
  }

  /** From here to another end. */
  MessageStream until(long otherEnd) {
    return new MessageStream(reading, position, otherEnd);
  }

  @Override
  public long getPosition() {
    return position - start;
  }

  /** To a position that was read before. */
  void backTo(long earlier) {
    position = start + earlier;
  }

  @Override
  public MessageStream newStream(long from, long to) {
    return new MessageStream(reading, start + from, to < 0 ? end : Math.min(end, start + to));
  }

  @Override
  public int read() throws IOException {
    if (position >= end) {
      return -1;
    }
    int value = reading.byteAt(position);
    if (value >= 0) {
      position++;
    }
    return value;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (position >= end && length > 0) {
      return -1;
    }
    int read = reading.bytesAt(position, buffer, offset, (int) Math.min(length, end - position));
    if (read > 0) {
      position += read;
    }
    return read;
  }

  @Override
  public long skip(long count) {
    long skipped = Math.clamp(count, 0, end - position);
    position += skipped;
    return skipped;
  }

  @Override
  public int available() {
    return (int) Math.min(Integer.MAX_VALUE, end - position);
  }

  @Override
  public boolean markSupported() {
    return true;
  }

  @Override
  public void mark(int readLimit) {
    mark = position;
  }

  @Override
  public void reset() {
    position = mark;
  }
}
