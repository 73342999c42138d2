package org.mailtimemachine.mailstore.posix;

import java.nio.ByteBuffer;
import jnr.constants.platform.Errno;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.annotations.SaveError;
import jnr.ffi.annotations.Variadic;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;
import org.jspecify.annotations.Nullable;

/**
 * The system calls of Linux that work relative to a directory handle and take names as bytes; Java
 * and jnr-posix have neither. Names end in NUL. The few others that every take needs are here too,
 * because jnr-posix takes twice as long to start as all of this does.
 */
@SuppressWarnings("checkstyle:MethodName")
public interface LibC {

  /** The one instance; loading it costs a tenth of a second. */
  LibC INSTANCE = LibraryLoader.create(LibC.class).load("c");

  int AT_FDCWD = -100;
  int AT_SYMLINK_NOFOLLOW = 0x100;
  int AT_REMOVEDIR = 0x200;
  int AT_EMPTY_PATH = 0x1000;
  int STATX_BASIC_STATS = 0x7ff;
  int SEEK_HOLE = 4;

  /** ioctl_ficlone(2), as x86, ARM and RISC-V number it. */
  long FICLONE = 0x40049409L;

  @SaveError
  @Variadic(fixedCount = 3)
  int openat(int directory, @In byte[] name, int flags, int mode);

  @SaveError
  int close(int fd);

  @SaveError
  long getdents64(int fd, @Out ByteBuffer buffer, @size_t long bytes);

  @SaveError
  int statx(int directory, @In byte[] name, int flags, int mask, @Out ByteBuffer buffer);

  @SaveError
  int linkat(int from, @In byte[] name, int to, @In byte[] newName, int flags);

  @SaveError
  int renameat(int from, @In byte[] name, int to, @In byte[] newName);

  @SaveError
  int unlinkat(int directory, @In byte[] name, int flags);

  @SaveError
  int mkdirat(int directory, @In byte[] name, int mode);

  @SaveError
  long pread(int fd, @Out ByteBuffer buffer, @size_t long bytes, @off_t long offset);

  @SaveError
  long write(int fd, @In ByteBuffer buffer, @size_t long bytes);

  @SaveError
  int fchown(int fd, int user, int group);

  @SaveError
  int fchmod(int fd, int mode);

  @SaveError
  int fsync(int fd);

  @SaveError
  int syncfs(int fd);

  int SYNC_FILE_RANGE_WRITE = 2;

  int sync_file_range(int fd, @off_t long offset, @off_t long bytes, int flags);

  @SaveError
  int fstatvfs(int fd, @Out ByteBuffer buffer);

  @SaveError
  int flock(int fd, int operation);

  @SaveError
  @Variadic(fixedCount = 2)
  int ioctl(int fd, long request, int argument);

  @SaveError
  int futimens(int fd, @In @Nullable ByteBuffer times);

  @SaveError
  long lseek(int fd, @off_t long offset, int whence);

  /** The errno of this thread's last call, as an exception that names call and subject. */
  static PosixException failure(String call, String subject) {
    int number = LastError.getLastError(Runtime.getRuntime(INSTANCE));
    return new PosixException(call, subject, errno(number), number);
  }

  static org.mailtimemachine.mailstore.posix.Errno errno(int number) {
    Errno errno = Errno.valueOf(number);
    for (var known : org.mailtimemachine.mailstore.posix.Errno.values()) {
      if (errno != null && known.name().equals(errno.name())) {
        return known;
      }
    }
    return org.mailtimemachine.mailstore.posix.Errno.OTHER;
  }
}
