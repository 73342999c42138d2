package org.mailtimemachine.mailstore.mime;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** A message that lies in memory. */
final class BytesSource implements MessageSource {

  private final byte[] bytes;

  BytesSource(byte[] bytes) {
    this.bytes = bytes;
  }

  static BytesSource of(String message) {
    return of(message, StandardCharsets.UTF_8);
  }

  static BytesSource of(String message, Charset charset) {
    return new BytesSource(message.replace("\n", "\r\n").getBytes(charset));
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
