package org.mailtimemachine.mailstore.posix;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import jnr.constants.platform.OpenFlags;

/**
 * An open directory of Linux. Everything below it is reached from the handle, one component at a
 * time and without following symbolic links, so that an owner who replaces {@code cur} by a link to
 * his neighbour's mail between two calls gets an error and nothing else.
 *
 * <p>Safe for use by several threads as long as none of them lists or closes it meanwhile. All
 * methods throw {@link PosixException} with the call and the name.
 */
public final class DirectoryHandle implements Closeable {

  private static final int DIRECTORY =
      OpenFlags.O_DIRECTORY.intValue() | OpenFlags.O_NOFOLLOW.intValue() | cloexec();
  private static final int LISTING_BYTES = 256 * 1024;
  private static final int STATX_BYTES = 256;
  private static final int STATVFS_BYTES = 256;
  private static final byte[] ITSELF = {0};

  private static final ThreadLocal<ByteBuffer> LISTING = nativeBuffer(LISTING_BYTES);
  private static final ThreadLocal<ByteBuffer> STATX = nativeBuffer(STATX_BYTES);
  private static final ThreadLocal<ByteBuffer> STATVFS = nativeBuffer(STATVFS_BYTES);

  private final String path;
  private int fd;

  private DirectoryHandle(int fd, String path) {
    this.fd = fd;
    this.path = path;
  }

  /** Opens a directory that the administrator named; symbolic links in its parents are his. */
  public static DirectoryHandle open(Path directory) throws IOException {
    String path = directory.toAbsolutePath().normalize().toString();
    byte[] name = terminated(path.getBytes(StandardCharsets.UTF_8));
    int fd =
        LibC.INSTANCE.openat(LibC.AT_FDCWD, name, OpenFlags.O_DIRECTORY.intValue() | cloexec(), 0);
    if (fd < 0) {
      throw LibC.failure("open", path);
    }
    return new DirectoryHandle(fd, path);
  }

  /** Opens the directory of that name in this one; {@code .} is another handle of this one. */
  public DirectoryHandle directory(FileName name) throws IOException {
    int child = LibC.INSTANCE.openat(fd(), terminated(name), DIRECTORY, 0);
    if (child < 0) {
      throw LibC.failure("open", describe(name));
    }
    return new DirectoryHandle(child, name.bytes().equals(".") ? path : describe(name));
  }

  /** Makes the directory where it is missing, with exactly these permission bits less the umask. */
  public DirectoryHandle makeDirectory(FileName name, int mode) throws IOException {
    if (LibC.INSTANCE.mkdirat(fd(), terminated(name), mode) != 0) {
      PosixException failure = LibC.failure("mkdir", describe(name));
      if (!failure.is(Errno.EEXIST)) {
        throw failure;
      }
    }
    return directory(name);
  }

  /** Opens a regular file for reading; a FIFO or device does not block and is refused. */
  public ReadableFile file(FileName name) throws IOException {
    return ReadableFile.open(fd(), name, describe(name));
  }

  /** Creates a file that must not exist. */
  public NewFile create(FileName name, int mode) throws IOException {
    return NewFile.create(fd(), name, mode, describe(name));
  }

  /** Opens a file to append to, creating it where it is missing. */
  public NewFile append(FileName name, int mode) throws IOException {
    return NewFile.append(fd(), name, mode, describe(name));
  }

  /**
   * All entries but {@code .} and {@code ..}, in the order of the file system. While others rename
   * in the directory an entry may be returned twice or not at all (POSIX leaves it open).
   */
  public List<DirectoryEntry> list() throws IOException {
    return list(Integer.MAX_VALUE);
  }

  /**
   * The same, of a directory in which others can make as many entries as they like.
   *
   * @throws TooManyEntriesException where there are more
   */
  public List<DirectoryEntry> list(int most) throws IOException {
    List<DirectoryEntry> entries = new ArrayList<>();
    list(entries::add, () -> entries.size() > most);
    if (entries.size() > most) {
      throw new TooManyEntriesException(path, most);
    }
    return entries;
  }

  /** The same, in the memory of one piece of it, however large the directory is. */
  public void list(Consumer<DirectoryEntry> taker) throws IOException {
    list(taker, () -> false);
  }

  private void list(Consumer<DirectoryEntry> taker, BooleanSupplier enough) throws IOException {
    ByteBuffer buffer = LISTING.get();
    if (LibC.INSTANCE.lseek(fd(), 0, 0) < 0) {
      throw LibC.failure("lseek", path);
    }
    while (true) {
      long bytes = LibC.INSTANCE.getdents64(fd(), buffer, LISTING_BYTES);
      if (bytes < 0) {
        throw LibC.failure("getdents64", path);
      }
      if (bytes == 0 || enough.getAsBoolean()) {
        return;
      }
      readEntries(buffer, (int) bytes, taker);
    }
  }

  /** struct linux_dirent64 of getdents(2), one behind the other. */
  private static void readEntries(ByteBuffer buffer, int bytes, Consumer<DirectoryEntry> taker) {
    // Each access to native memory costs as much as a whole name in an array of ours.
    byte[] records = new byte[bytes];
    buffer.get(0, records);
    ByteBuffer fields = ByteBuffer.wrap(records).order(ByteOrder.nativeOrder());
    for (int at = 0; at < bytes; at += fields.getShort(at + 16)) {
      int start = at + 19;
      int end = start;
      while (records[end] != 0) {
        end++;
      }
      int length = end - start;
      boolean dots =
          records[start] == '.' && (length == 1 || (length == 2 && records[start + 1] == '.'));
      if (!dots) {
        taker.accept(
            new DirectoryEntry(
                new FileName(new String(records, start, length, StandardCharsets.ISO_8859_1)),
                fields.getLong(at),
                FileType.ofEntry(records[at + 18])));
      }
    }
  }

  /** The status of the directory itself. */
  public FileStatus status() throws IOException {
    return statusOf(fd(), path);
  }

  /** The status of an entry; a symbolic link's own. */
  public FileStatus status(FileName name) throws IOException {
    // What it is called in messages is put together only where there is one: this is called for
    // each new Message and twice for each Folder.
    if (!statx(fd(), terminated(name), LibC.AT_SYMLINK_NOFOLLOW)) {
      throw LibC.failure("statx", describe(name));
    }
    return readStatus(STATX.get());
  }

  /**
   * The status of an entry of a directory in this one. The path is one look-up, so a symbolic link
   * in its middle is followed: compare device and inode with what was seen before.
   */
  public FileStatus status(FileName directory, FileName name) throws IOException {
    String relative = directory.bytes() + '/' + name.bytes();
    if (!statx(
        fd(),
        terminated(relative.getBytes(StandardCharsets.ISO_8859_1)),
        LibC.AT_SYMLINK_NOFOLLOW)) {
      throw LibC.failure("statx", describe(directory) + '/' + name);
    }
    return readStatus(STATX.get());
  }

  static FileStatus statusOf(int fd, String subject) throws IOException {
    if (!statx(fd, ITSELF, LibC.AT_EMPTY_PATH)) {
      throw LibC.failure("statx", subject);
    }
    return readStatus(STATX.get());
  }

  private static boolean statx(int fd, byte[] name, int flags) {
    return LibC.INSTANCE.statx(fd, name, flags, LibC.STATX_BASIC_STATS, STATX.get()) == 0;
  }

  /** struct statx of statx(2); the layout is the same on every architecture. */
  private static FileStatus readStatus(ByteBuffer buffer) {
    int mode = Short.toUnsignedInt(buffer.getShort(28));
    return new FileStatus(
        FileType.ofMode(mode),
        (Integer.toUnsignedLong(buffer.getInt(136)) << 32)
            | Integer.toUnsignedLong(buffer.getInt(140)),
        buffer.getLong(32),
        Integer.toUnsignedLong(buffer.getInt(16)),
        Integer.toUnsignedLong(buffer.getInt(20)),
        Integer.toUnsignedLong(buffer.getInt(24)),
        mode & 07777,
        buffer.getLong(40),
        time(buffer, 112),
        time(buffer, 96));
  }

  /** An owner may set times that no calendar has; they are cut to those that Java can say. */
  private static Instant time(ByteBuffer buffer, int at) {
    long seconds =
        Math.clamp(buffer.getLong(at), Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond());
    return Instant.ofEpochSecond(seconds, Math.clamp(buffer.getInt(at + 8), 0, 999_999_999));
  }

  /** Gives the file another name in another directory of the same file system: link(2). */
  public void link(FileName name, DirectoryHandle to, FileName newName) throws IOException {
    if (LibC.INSTANCE.linkat(fd(), terminated(name), to.fd(), terminated(newName), 0) != 0) {
      throw LibC.failure("link", describe(name) + " -> " + to.describe(newName));
    }
  }

  /**
   * Renames, over what may be there. Where both names are the same inode already, the system call
   * does nothing and leaves both (rename(2)): whoever may meet that must remove the old name.
   */
  public void rename(FileName name, DirectoryHandle to, FileName newName) throws IOException {
    if (LibC.INSTANCE.renameat(fd(), terminated(name), to.fd(), terminated(newName)) != 0) {
      throw LibC.failure("rename", describe(name) + " -> " + to.describe(newName));
    }
  }

  public void unlink(FileName name) throws IOException {
    if (LibC.INSTANCE.unlinkat(fd(), terminated(name), 0) != 0) {
      throw LibC.failure("unlink", describe(name));
    }
  }

  /** Removes an empty directory in this one. */
  public void removeDirectory(FileName name) throws IOException {
    if (LibC.INSTANCE.unlinkat(fd(), terminated(name), LibC.AT_REMOVEDIR) != 0) {
      throw LibC.failure("rmdir", describe(name));
    }
  }

  /** Gives this directory to somebody; only root may give to others. */
  public void setOwner(FileOwner owner) throws IOException {
    if (LibC.INSTANCE.fchown(fd(), owner.rawUser(), owner.rawGroup()) != 0) {
      throw LibC.failure("fchown", path);
    }
  }

  /** Sets the permission bits of this directory, whatever the umask. */
  public void setMode(int mode) throws IOException {
    if (LibC.INSTANCE.fchmod(fd(), mode) != 0) {
      throw LibC.failure("fchmod", path);
    }
  }

  /** Puts the entries of this directory on disk: fsync(2) on a directory. */
  public void sync() throws IOException {
    if (LibC.INSTANCE.fsync(fd()) != 0) {
      throw LibC.failure("fsync", path);
    }
  }

  /** Puts everything on disk that was written to the file system of this directory: syncfs(2). */
  public void syncFileSystem() throws IOException {
    if (LibC.INSTANCE.syncfs(fd()) != 0) {
      throw LibC.failure("syncfs", path);
    }
  }

  /** What is left of the file system of this directory: statvfs(3). */
  public FreeSpace freeSpace() throws IOException {
    ByteBuffer buffer = STATVFS.get();
    if (LibC.INSTANCE.fstatvfs(fd(), buffer) != 0) {
      throw LibC.failure("statvfs", path);
    }
    // struct statvfs of 64-bit machines: f_frsize, f_blocks, f_bavail, f_files, f_favail
    long block = buffer.getLong(8);
    return new FreeSpace(
        block * buffer.getLong(16),
        block * buffer.getLong(32),
        buffer.getLong(40),
        buffer.getLong(56));
  }

  /** Where this directory was when it was opened, for messages. */
  public String path() {
    return path;
  }

  /** What an entry is called in messages. */
  public String describe(FileName name) {
    return path + '/' + name;
  }

  @Override
  public void close() {
    if (fd >= 0) {
      LibC.INSTANCE.close(fd);
      fd = -1;
    }
  }

  private int fd() {
    if (fd < 0) {
      throw new IllegalStateException("closed: " + path);
    }
    return fd;
  }

  static byte[] terminated(FileName name) {
    return terminated(name.raw());
  }

  private static byte[] terminated(byte[] name) {
    return Arrays.copyOf(name, name.length + 1);
  }

  private static int cloexec() {
    return OpenFlags.O_CLOEXEC.intValue();
  }

  static ThreadLocal<ByteBuffer> nativeBuffer(int bytes) {
    return ThreadLocal.withInitial(
        () -> ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()));
  }
}
