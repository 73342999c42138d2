package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.util.Optional;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;

/**
 * The links of one Mailbox: each Message once. A link is made first and looked at then, so that
 * nothing can be put in its place between the look and the link: the inode in the Pool is ours.
 */
final class Pool {

  private static final int LONGEST_BYTES = 255;
  private static final int MOST_NAMES = 8;
  private static final long LARGEST_COPY_BYTES = 256L << 20;

  private final DirectoryHandle pool;
  private final long device;
  private final Owners owners;

  Pool(DirectoryHandle pool, Owners owners) throws IOException {
    this.pool = pool;
    this.device = pool.status().device();
    this.owners = owners;
  }

  /**
   * Whose files are this Mailbox's mail: the owner of its root, or of the directory they lie in.
   */
  record Owners(long root, long directory) {
    boolean include(long uid) {
      return uid == root || uid == directory;
    }
  }

  /**
   * A Message that the Pool holds.
   *
   * @param status of the link, or of the copy
   * @param copied whether it is a copy, because the live inode had all the links it can have
   * @param added whether it was new to the Pool
   */
  record Entry(FileName name, FileStatus status, boolean copied, boolean added) {}

  /** A file that is not this Mailbox's mail, whatever its name says. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String file, String reason) {
      super("not kept: " + file + ": " + reason);
    }
  }

  /** How many names a Message of the Pool has in all; 0 where the Pool has lost it. */
  static long links(DirectoryHandle pool, FileName poolName) throws IOException {
    try {
      return pool.status(poolName).links();
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return 0;
      }
      throw e;
    }
  }

  void remove(FileName poolName) throws IOException {
    StoreFiles.removeIfThere(pool, poolName);
  }

  /**
   * Keeps a file.
   *
   * @param from the directory that it was listed in
   * @param listed the entry as it was listed
   * @param base its base name
   * @return empty where it is not there any more, or another file has its name now: list again
   * @throws RefusedException where it cannot be this Mailbox's mail
   */
  Optional<Entry> keep(DirectoryHandle from, DirectoryEntry listed, FileName base)
      throws IOException {
    FileName poolName = base;
    for (int other = 1; other <= MOST_NAMES; other++) {
      try {
        from.link(listed.name(), pool, poolName);
        return verified(from, listed, poolName, true);
      } catch (PosixException e) {
        switch (e.errno()) {
          case ENOENT -> {
            return Optional.empty();
          }
          case EEXIST -> {
            FileStatus there = pool.status(poolName);
            if (isThat(from, listed, there)) {
              return verified(from, listed, poolName, false);
            }
            poolName = another(base, listed.inode(), other);
          }
          case EMLINK -> {
            return copy(from, listed, poolName);
          }
          default -> throw e;
        }
      }
    }
    throw new RefusedException(
        from.describe(listed.name()), "too many other files in the pool have its name");
  }

  private Optional<Entry> verified(
      DirectoryHandle from, DirectoryEntry listed, FileName poolName, boolean added)
      throws IOException {
    FileStatus linked = pool.status(poolName);
    String refusal = null;
    if (!linked.regularFile()) {
      refusal = "it is a " + linked.type();
    } else if (linked.device() != device) {
      refusal = "it lies on another file system";
    } else if (!owners.include(linked.owner())) {
      refusal = "it belongs to uid " + linked.owner() + ", not to the owner of the mailbox";
    }
    if (refusal == null && isThat(from, listed, linked)) {
      return Optional.of(new Entry(poolName, linked, false, added));
    }
    if (added) {
      pool.unlink(poolName);
    }
    if (refusal != null) {
      throw new RefusedException(from.describe(listed.name()), refusal);
    }
    return Optional.empty();
  }

  /** Some file systems (overlayfs) list other inode numbers than they have: ask again then. */
  private static boolean isThat(DirectoryHandle from, DirectoryEntry listed, FileStatus status)
      throws IOException {
    if (status.inode() == listed.inode()) {
      return true;
    }
    try {
      return from.status(listed.name()).sameInode(status);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  /** A name for an inode whose base name belongs to another one; the owner may have foreseen it. */
  private static FileName another(FileName base, long inode, int number) {
    String suffix = "~" + inode + (number == 1 ? "" : "~" + number);
    String bytes = base.bytes();
    int room = LONGEST_BYTES - suffix.length();
    return new FileName(bytes.substring(0, Math.min(bytes.length(), room)) + suffix);
  }

  /** What an owner can bring about by making 65,000 links of one message. */
  private Optional<Entry> copy(DirectoryHandle from, DirectoryEntry listed, FileName poolName)
      throws IOException {
    FileName hidden = StoreFiles.hidden(new FileName("copy-" + listed.inode()));
    StoreFiles.removeIfThere(pool, hidden);
    try (ReadableFile live = from.file(listed.name())) {
      FileStatus status = live.status();
      if (!owners.include(status.owner())) {
        throw new RefusedException(
            from.describe(listed.name()), "it belongs to uid " + status.owner());
      }
      if (status.size() > LARGEST_COPY_BYTES) {
        // A sparse file costs its owner nothing; its copy would fill the disk of everybody.
        throw new RefusedException(
            from.describe(listed.name()), "too many links, and too large to be copied");
      }
      if (!isThat(from, listed, status)) {
        return Optional.empty();
      }
      copy(live, hidden);
    } catch (PosixException e) {
      StoreFiles.removeIfThere(pool, hidden);
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
    pool.rename(hidden, pool, poolName);
    return Optional.of(new Entry(poolName, pool.status(poolName), true, true));
  }

  private void copy(ReadableFile live, FileName hidden) throws IOException {
    try (NewFile copy = pool.create(hidden, 0600)) {
      long bytes = live.stream().transferTo(copy);
      if (bytes != live.status().size()) {
        throw new IOException(
            "copied "
                + bytes
                + " of "
                + live.status().size()
                + " bytes to "
                + pool.describe(hidden));
      }
      copy.setModified(live.status().modified());
      copy.sync();
    }
  }
}
