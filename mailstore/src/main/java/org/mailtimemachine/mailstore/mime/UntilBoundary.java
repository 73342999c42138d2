package org.mailtimemachine.mailstore.mime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The bytes of a part up to the line that ends it, found while they are read: so that the first
 * byte of a part of gigabytes does not wait for its last one.
 */
final class UntilBoundary extends InputStream {

  private static final int CHUNK_BYTES = 64 * 1024;

  private final MessageStream in;
  private final List<byte[]> delimiters;
  private final byte[] chunk;

  /** Bytes of the chunk: from here can be handed out, to there, and filled. */
  private int next;

  private int safe;
  private int filled;
  private boolean ended;

  /** Whether the byte before the chunk ended a line; so does the header before a part. */
  private boolean lineStart = true;

  UntilBoundary(MessageStream in, List<String> boundaries) {
    this.in = in;
    this.delimiters =
        boundaries.stream()
            .map(boundary -> ("--" + boundary).getBytes(StandardCharsets.ISO_8859_1))
            .toList();
    int longest = delimiters.stream().mapToInt(delimiter -> delimiter.length).max().orElse(0);
    this.chunk = new byte[CHUNK_BYTES + longest];
  }

  @Override
  public int read() throws IOException {
    return available() > 0 || fill() ? chunk[next++] & 0xff : -1;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (available() == 0 && !fill()) {
      return -1;
    }
    int count = Math.min(length, safe - next);
    System.arraycopy(chunk, next, buffer, offset, count);
    next += count;
    return count;
  }

  @Override
  public int available() {
    return safe - next;
  }

  /** Reads on and finds out how much of it surely belongs to the part; false at its end. */
  private boolean fill() throws IOException {
    while (!ended && safe == next) {
      lineStart = next > 0 ? chunk[next - 1] == '\n' : lineStart;
      System.arraycopy(chunk, next, chunk, 0, filled - next);
      filled -= next;
      next = 0;
      int read = in.readNBytes(chunk, filled, chunk.length - filled);
      filled += read;
      ended = filled < chunk.length;
      safe = end();
    }
    return safe > next;
  }

  /** Where the part ends in the chunk, or as far as that can be said. */
  private int end() {
    for (int i = 0; i < filled; i++) {
      boolean atLineStart = i == 0 ? lineStart : chunk[i - 1] == '\n';
      if (atLineStart && chunk[i] == '-' && isDelimiter(i)) {
        ended = true;
        return beforeLineEnd(i);
      }
    }
    // a delimiter, or the line end that belongs to it, may have been cut off
    return ended ? filled : filled - (chunk.length - CHUNK_BYTES) - 2;
  }

  private boolean isDelimiter(int at) {
    for (byte[] delimiter : delimiters) {
      int end = at + delimiter.length;
      if (end <= filled
          && Arrays.equals(chunk, at, end, delimiter, 0, delimiter.length)
          && (end == filled || " \t\r\n-".indexOf(chunk[end]) >= 0)) {
        return true;
      }
    }
    return false;
  }

  /** The line end before a delimiter belongs to the delimiter (RFC 2046, 5.1.1). */
  private int beforeLineEnd(int at) {
    int end = at > 0 && chunk[at - 1] == '\n' ? at - 1 : at;
    return end > 0 && end < at && chunk[end - 1] == '\r' ? end - 1 : end;
  }
}
