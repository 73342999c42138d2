package org.mailtimemachine.mailstore.mime;

import java.io.EOFException;
import java.io.IOException;

/** A message in memory. */
public final class MessageBytes implements MessageSource {

  private final byte[] bytes;

  private MessageBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /** These bytes, which nobody changes from now on. */
  public static MessageBytes of(byte[] bytes) {
    return new MessageBytes(bytes);
  }

  /**
   * Reads a whole message, which must be a small one.
   *
   * @throws EOFException where the file ends before the size that it had when it was opened
   */
  public static MessageBytes of(MessageSource source) throws IOException {
    byte[] bytes = new byte[Math.toIntExact(source.size())];
    int at = 0;
    while (at < bytes.length) {
      int read = source.read(at, bytes, at, bytes.length - at);
      if (read < 0) {
        throw new EOFException("message ends after " + at + " of " + bytes.length + " bytes");
      }
      at += read;
    }
    return new MessageBytes(bytes);
  }

  /** The bytes themselves, not a copy. */
  byte[] bytes() {
    return bytes;
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public int read(long position, byte[] buffer, int offset, int length) {
    if (position >= bytes.length) {
      return -1;
    }
    int read = (int) Math.min(length, bytes.length - position);
    System.arraycopy(bytes, (int) position, buffer, offset, read);
    return read;
  }
}
