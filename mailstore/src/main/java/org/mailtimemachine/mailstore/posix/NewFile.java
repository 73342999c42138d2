package org.mailtimemachine.mailstore.posix;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import jnr.constants.platform.OpenFlags;
import org.jspecify.annotations.Nullable;

/**
 * A file that was just created, or one that only grows. What is written is on disk after {@link
 * #sync()}, and its name after a sync of the directory. Not safe for use by several threads.
 */
public final class NewFile extends OutputStream {

  private static final int FLAGS =
      OpenFlags.O_WRONLY.intValue()
          | OpenFlags.O_CREAT.intValue()
          | OpenFlags.O_NOFOLLOW.intValue()
          | OpenFlags.O_CLOEXEC.intValue();
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final ThreadLocal<ByteBuffer> TIMES = DirectoryHandle.nativeBuffer(32);

  private static final ByteBuffer NONE = ByteBuffer.allocateDirect(0);

  /** Native memory of a file that is closed: to get it anew costs more than to write a message. */
  private static final int MOST_SPARE = 32;

  private static final BlockingQueue<ByteBuffer> SPARE = new ArrayBlockingQueue<>(MOST_SPARE);

  private ByteBuffer buffer = NONE;
  private final String path;
  private int fd;
  private @Nullable IOException failure;

  private NewFile(int fd, String path) {
    this.fd = fd;
    this.path = path;
  }

  static NewFile create(int directory, FileName name, int mode, String path) throws IOException {
    return open(directory, name, FLAGS | OpenFlags.O_EXCL.intValue(), mode, path);
  }

  static NewFile append(int directory, FileName name, int mode, String path) throws IOException {
    return open(directory, name, FLAGS | OpenFlags.O_APPEND.intValue(), mode, path);
  }

  private static NewFile open(int directory, FileName name, int flags, int mode, String path)
      throws IOException {
    int fd = LibC.INSTANCE.openat(directory, DirectoryHandle.terminated(name), flags, mode);
    if (fd < 0) {
      throw LibC.failure("create", path);
    }
    return new NewFile(fd, path);
  }

  @Override
  public void write(int b) throws IOException {
    makeRoom();
    buffer.put((byte) b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    for (int done = 0; done < length; ) {
      makeRoom();
      int part = Math.min(buffer.remaining(), length - done);
      buffer.put(bytes, offset + done, part);
      done += part;
    }
  }

  private void makeRoom() throws IOException {
    if (buffer.capacity() == 0) {
      @Nullable ByteBuffer spare = SPARE.poll();
      buffer = spare == null ? ByteBuffer.allocateDirect(BUFFER_BYTES) : spare.clear();
    } else if (!buffer.hasRemaining()) {
      flush();
    }
  }

  /** Hands everything to the kernel; a full disk is reported here or by {@link #sync()}. */
  @Override
  public void flush() throws IOException {
    if (failure != null) {
      throw failure;
    }
    buffer.flip();
    while (buffer.hasRemaining()) {
      ByteBuffer rest = buffer.slice();
      long bytes = LibC.INSTANCE.write(fd(), rest, rest.remaining());
      if (bytes < 0) {
        // Part of it may be on disk: whatever is written from now on would be a hole in the middle.
        failure = LibC.failure("write", path);
        throw failure;
      }
      buffer.position(buffer.position() + (int) bytes);
    }
    buffer.clear();
  }

  /**
   * Begins to put the content on disk, without waiting for it. Of several files of which this was
   * called for each, the {@link #sync()} of the first has as a rule put all on disk: their blocks
   * are part of the same transaction then.
   */
  public void beginSync() throws IOException {
    flush();
    // Whether it can, and what goes wrong, the sync finds out: nothing is promised here.
    LibC.INSTANCE.sync_file_range(fd(), 0, 0, LibC.SYNC_FILE_RANGE_WRITE);
  }

  /** Puts content and length on disk. A failure is final: the kernel may have dropped the pages. */
  public void sync() throws IOException {
    flush();
    if (LibC.INSTANCE.fsync(fd()) != 0) {
      failure = LibC.failure("fsync", path);
      throw failure;
    }
  }

  /** The status of the open file, whatever its name is by now. */
  public FileStatus status() throws IOException {
    return DirectoryHandle.statusOf(fd(), path);
  }

  /**
   * Makes this empty file share the blocks of another one until either is written to: a reflink,
   * FICLONE.
   *
   * @throws PosixException with EXDEV between two file systems; with EOPNOTSUPP, ENOTTY or EINVAL
   *     where the file system cannot do it
   */
  public void cloneOf(ReadableFile file) throws IOException {
    if (LibC.INSTANCE.ioctl(fd(), LibC.FICLONE, file.fd()) != 0) {
      throw LibC.failure("FICLONE", path);
    }
  }

  /** Sets st_mtime to now, by the clock of the file system; needs no space on the disk. */
  public void touch() throws IOException {
    if (LibC.INSTANCE.futimens(fd(), null) != 0) {
      throw LibC.failure("futimens", path);
    }
  }

  /** Sets st_mtime: the INTERNALDATE of a message. */
  public void setModified(Instant time) throws IOException {
    flush();
    ByteBuffer times = TIMES.get();
    times.putLong(0, time.getEpochSecond()).putLong(8, time.getNano());
    times.putLong(16, time.getEpochSecond()).putLong(24, time.getNano());
    if (LibC.INSTANCE.futimens(fd(), times) != 0) {
      throw LibC.failure("futimens", path);
    }
  }

  /** Gives the file to somebody; only root may give to others. */
  public void setOwner(FileOwner owner) throws IOException {
    if (LibC.INSTANCE.fchown(fd(), owner.rawUser(), owner.rawGroup()) != 0) {
      throw LibC.failure("fchown", path);
    }
  }

  /** Sets the permission bits, whatever the umask. */
  public void setMode(int mode) throws IOException {
    if (LibC.INSTANCE.fchmod(fd(), mode) != 0) {
      throw LibC.failure("fchmod", path);
    }
  }

  /**
   * Takes the exclusive lock of the open file (flock(2)), which ends with the process at the
   * latest.
   *
   * @return false where another process holds it
   */
  public boolean tryLock() throws IOException {
    if (LibC.INSTANCE.flock(fd(), LOCK_EXCLUSIVE | LOCK_NONBLOCKING) == 0) {
      return true;
    }
    PosixException refusal = LibC.failure("flock", path);
    if (refusal.is(Errno.EAGAIN)) {
      return false;
    }
    throw refusal;
  }

  private static final int LOCK_EXCLUSIVE = 2;
  private static final int LOCK_NONBLOCKING = 4;

  @Override
  public void close() throws IOException {
    if (fd >= 0) {
      try {
        if (failure == null) { // it was thrown already, and would now suppress itself
          flush();
        }
      } finally {
        LibC.INSTANCE.close(fd);
        fd = -1;
        if (buffer.capacity() > 0) {
          SPARE.offer(buffer);
          buffer = NONE;
        }
      }
    }
  }

  private int fd() throws IOException {
    if (fd < 0) {
      throw new IOException("closed: " + path);
    }
    return fd;
  }
}
