package org.mailtimemachine.mailstore.posix;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import jnr.constants.platform.OpenFlags;

/** An open regular file, read at any position by any number of threads. */
public final class ReadableFile implements Closeable {

  private static final int FLAGS =
      OpenFlags.O_RDONLY.intValue()
          | OpenFlags.O_NOFOLLOW.intValue()
          | OpenFlags.O_NONBLOCK.intValue()
          | OpenFlags.O_CLOEXEC.intValue();
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final ThreadLocal<ByteBuffer> BUFFER = DirectoryHandle.nativeBuffer(BUFFER_BYTES);

  private final String path;
  private final FileStatus status;
  private volatile int fd;

  private ReadableFile(int fd, FileStatus status, String path) {
    this.fd = fd;
    this.status = status;
    this.path = path;
  }

  static ReadableFile open(int directory, FileName name, String path) throws IOException {
    int fd = LibC.INSTANCE.openat(directory, DirectoryHandle.terminated(name), FLAGS, 0);
    if (fd < 0) {
      throw LibC.failure("open", path);
    }
    try {
      FileStatus status = DirectoryHandle.statusOf(fd, path);
      if (!status.regularFile()) {
        throw new IOException("not a regular file: " + path);
      }
      return new ReadableFile(fd, status, path);
    } catch (IOException e) {
      LibC.INSTANCE.close(fd);
      throw e;
    }
  }

  /** The status at the moment it was opened. */
  public FileStatus status() {
    return status;
  }

  /** The status now: somebody may have written to it since. */
  public FileStatus currentStatus() throws IOException {
    return DirectoryHandle.statusOf(fd(), path);
  }

  /** Whether there are holes in it, which cost its owner nothing. */
  public boolean sparse() throws IOException {
    long size = currentStatus().size();
    return size > 0 && LibC.INSTANCE.lseek(fd(), 0, LibC.SEEK_HOLE) < size;
  }

  /**
   * Reads up to {@code length} bytes at {@code position}.
   *
   * @return how many, at least 1; -1 at or behind the end
   */
  public int read(long position, byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    ByteBuffer buffer = BUFFER.get();
    int wanted = Math.min(length, BUFFER_BYTES);
    long bytes = LibC.INSTANCE.pread(fd(), buffer, wanted, position);
    if (bytes < 0) {
      throw LibC.failure("read", path);
    }
    if (bytes == 0) {
      return -1;
    }
    buffer.get(0, target, offset, (int) bytes);
    return (int) bytes;
  }

  /** The whole file from its start; closing the stream closes the file. */
  public InputStream stream() {
    return new InputStream() {
      private long position;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        int bytes = ReadableFile.this.read(position, target, offset, length);
        if (bytes > 0) {
          position += bytes;
        }
        return bytes;
      }

      @Override
      public void close() {
        ReadableFile.this.close();
      }
    };
  }

  @Override
  public synchronized void close() {
    if (fd >= 0) {
      LibC.INSTANCE.close(fd);
      fd = -1;
    }
  }

  int fd() throws IOException {
    int open = fd;
    if (open < 0) {
      throw new IOException("closed: " + path);
    }
    return open;
  }
}
