package org.mailtimemachine.mailstore.mime;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One walk through the bytes of one message by one thread. Keeps a single window of them, so that a
 * small message is read from the disk once however many streams look at it, and counts the work
 * that finding the structure costs: Jakarta Mail collects preambles and header lines in memory
 * without a limit and scans each level of nesting again, which a hostile message would use.
 */
final class Reading {

  private static final int WINDOW_BYTES = 32 * 1024;

  private final MessageSource source;
  private final byte[] window;
  private final boolean whole;
  private long windowStart;
  private int windowLength;

  private boolean limited;
  private long lineBytesLeft;
  private long bytesLeft;
  private @Nullable IOException diskFailure;

  Reading(MessageSource source) {
    this.source = source;
    this.whole = source instanceof MessageBytes;
    if (source instanceof MessageBytes message) {
      this.window = message.bytes(); // which nobody writes to
      this.windowLength = window.length;
    } else {
      this.window = new byte[Math.clamp(source.size(), 1, WINDOW_BYTES)];
    }
  }

  /** From now on at most so many bytes may be read in lines (one by one), and in all. */
  void limit(long lineBytes, long bytes) {
    limited = true;
    lineBytesLeft = lineBytes;
    bytesLeft = bytes;
  }

  void unlimited() {
    limited = false;
  }

  /** The failure of the disk that a library may have wrapped or swallowed. */
  void throwDiskFailure() throws IOException {
    if (diskFailure != null) {
      throw diskFailure;
    }
  }

  /** The byte at a position, -1 where the source ends there. */
  int byteAt(long position) throws IOException {
    if (limited && (--lineBytesLeft < 0 || --bytesLeft < 0)) {
      throw new TooMuchStructure();
    }
    return fill(position) ? window[(int) (position - windowStart)] & 0xff : -1;
  }

  int bytesAt(long position, byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int read;
    if (length >= window.length && !inWindow(position)) {
      read = readSource(position, buffer, offset, length);
    } else if (fill(position)) {
      int from = (int) (position - windowStart);
      read = Math.min(length, windowLength - from);
      System.arraycopy(window, from, buffer, offset, read);
    } else {
      read = -1;
    }
    if (limited && read > 0) {
      bytesLeft -= read;
      if (bytesLeft < 0) {
        throw new TooMuchStructure();
      }
    }
    return read;
  }

  private boolean inWindow(long position) {
    return position >= windowStart && position < windowStart + windowLength;
  }

  private boolean fill(long position) throws IOException {
    if (inWindow(position)) {
      return true;
    }
    if (whole) {
      return false;
    }
    int read = readSource(position, window, 0, window.length);
    windowStart = position;
    windowLength = Math.max(read, 0);
    return read > 0;
  }

  private int readSource(long position, byte[] buffer, int offset, int length) throws IOException {
    try {
      return source.read(position, buffer, offset, length);
    } catch (IOException e) {
      diskFailure = e;
      throw e;
    }
  }

  /** The message costs more to take apart than a message may. */
  static final class TooMuchStructure extends IOException {
    TooMuchStructure() {
      super("the structure of the message takes more work than allowed");
    }
  }
}
