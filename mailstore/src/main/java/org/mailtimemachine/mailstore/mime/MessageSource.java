package org.mailtimemachine.mailstore.mime;

import java.io.IOException;

/**
 * The bytes of one message, read at any position. Implementations must be safe for use by several
 * threads at once.
 */
public interface MessageSource {

  /** Bytes in all. */
  long size();

  /**
   * Reads up to {@code length} bytes at {@code position}.
   *
   * @return how many bytes were read, at least 1; -1 at or behind the end
   * @throws IOException where the file cannot be read
   */
  int read(long position, byte[] buffer, int offset, int length) throws IOException;
}
