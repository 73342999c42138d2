package org.mailtimemachine.mailstore.posix;

import java.io.IOException;

/**
 * Copies whole files into new ones. Where the file system can, a copy shares the blocks of its
 * original until either is written to. Not safe for use by several threads.
 */
public final class FileCopies {

  /** Mail is text: it has no zero bytes that a file system could leave out. */
  private static final long LARGEST_SPARSE_BYTES = 1L << 20;

  private static final int BUFFER_BYTES = 64 * 1024;

  private boolean clones = true; // until the file system says that it cannot

  /**
   * Whether a copy would fill the disk with what its owner paid nothing for, or reading it would
   * take for ever: a file of more than a megabyte that has holes.
   */
  public static boolean hasHoles(ReadableFile file) throws IOException {
    return file.status().size() > LARGEST_SPARSE_BYTES && file.sparse();
  }

  /**
   * Writes all bytes of a file into an empty one; they are on disk after its sync.
   *
   * @param subject what the new file is called in an error
   * @return bytes that were copied
   * @throws UnreadableException where the original cannot be read
   * @throws IOException also where the file has become shorter
   */
  public long copy(ReadableFile from, NewFile to, String subject) throws IOException {
    long bytes = from.status().size();
    if (!cloned(from, to) && transfer(from, to) != bytes) {
      throw new IOException("not all %,d bytes: %s".formatted(bytes, subject));
    }
    return bytes;
  }

  /** The original cannot be read; nothing is wrong with the copy's disk. */
  public static final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1;

    UnreadableException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private static long transfer(ReadableFile from, NewFile to) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long done = 0;
    while (true) {
      int bytes;
      try {
        bytes = from.read(done, buffer, 0, buffer.length);
      } catch (IOException e) {
        throw new UnreadableException(e);
      }
      if (bytes <= 0) {
        return done;
      }
      to.write(buffer, 0, bytes);
      done += bytes;
    }
  }

  private boolean cloned(ReadableFile from, NewFile to) throws IOException {
    if (!clones) {
      return false;
    }
    try {
      to.cloneOf(from);
    } catch (PosixException e) {
      if (e.is(Errno.ENOSPC) || e.is(Errno.EDQUOT) || e.is(Errno.EIO)) {
        throw e;
      }
      clones = false;
    }
    return clones;
  }
}
