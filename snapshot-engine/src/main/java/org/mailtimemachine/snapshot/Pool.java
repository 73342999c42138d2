package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileCopies;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;

/**
 * The Messages of one Mailbox, each once: links of the live files, or files of the Pool's own. A
 * link is made first and looked at then, so that nothing can be put in its place between the look
 * and the link: the inode in the Pool is ours. A file of its own gets its name when it is complete.
 * One thread at a time.
 */
final class Pool {

  private static final int LONGEST_BYTES = 255;
  private static final int MOST_NAMES = 8;
  private static final int COMPARED_BYTES = 64 << 10;
  private static final int COPIED_BYTES = 64 << 10;
  private static final int SYNCED_COPIES = 1_000;
  private static final int UNASKED_COPIES = 16;
  private static final long LARGE_COPY_BYTES = 256L << 10;
  private static final AtomicInteger COPIES = new AtomicInteger(); // of all Mailboxes
  private static final FileName UNFINISHED = StoreFiles.hidden(new FileName("copy"));

  private final DirectoryHandle pool;
  private final Owners owners;
  private final StorageStrategy strategy;
  private final Consumer<PosixException> refusedLinks;

  /**
   * @param refusedLinks told why a link could not be made, where the Message is copied instead
   */
  Pool(
      DirectoryHandle pool,
      Owners owners,
      StorageStrategy strategy,
      Consumer<PosixException> refusedLinks) {
    this.pool = pool;
    this.owners = owners;
    this.strategy = strategy;
    this.refusedLinks = refusedLinks;
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
   * @param status of the live file
   * @param copied whether the Pool has a file of its own: by its strategy, or because the kernel
   *     refused a link of the live inode
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

  /** The Pool cannot be written: no other Message of the Mailbox would fare better. */
  static final class UnwritableException extends StoreException {
    private static final long serialVersionUID = 1;

    UnwritableException(PosixException cause) {
      super("nothing can be kept: " + cause.getMessage(), cause);
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

  /** Whether the Pool has that inode under a name that a Listing says it has. */
  boolean holds(FileName poolName, FileStatus status) throws IOException {
    return find(pool, poolName).filter(status::sameInode).isPresent();
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
    return strategy.links() ? link(from, listed, base) : keepOwn(from, listed, base);
  }

  private Optional<Entry> link(DirectoryHandle from, DirectoryEntry listed, FileName base)
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
            return keepOwn(from, listed, base); // an owner can make 65,000 links of a message
          }
          case EPERM, EACCES, EIO -> {
            // Mostly fs.protected_hardlinks, for whoever may read the mail and does not own it.
            // The copy tells whose fault it is where it is none of the link's alone.
            Optional<Entry> copy = keepOwn(from, listed, base);
            if (copy.isPresent()) {
              refusedLinks.accept(e);
            }
            return copy;
          }
          default -> throw e;
        }
      }
    }
    throw tooManyNames(from, listed);
  }

  private Optional<Entry> verified(
      DirectoryHandle from, DirectoryEntry listed, FileName poolName, boolean added)
      throws IOException {
    FileStatus linked = pool.status(poolName);
    boolean that = false;
    try {
      requireMail(from, listed, linked);
      that = isThat(from, listed, linked);
    } finally {
      if (!that && added) {
        pool.unlink(poolName);
      }
    }
    return that ? Optional.of(new Entry(poolName, linked, false, added)) : Optional.empty();
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

  /**
   * Keeps a Message in a file of the Pool's own. Base name, size and time say where it is if it
   * came from another Folder, and then its bytes whether it is: that costs no space.
   */
  private Optional<Entry> keepOwn(DirectoryHandle from, DirectoryEntry listed, FileName base)
      throws IOException {
    Optional<FileStatus> live = find(from, listed.name());
    if (live.isEmpty()) {
      return Optional.empty();
    }
    requireMail(from, listed, live.get());
    FileName poolName = base;
    for (int other = 1; other <= MOST_NAMES; other++) {
      Optional<FileStatus> there = find(pool, poolName);
      if (there.isEmpty()) {
        return fill(from, listed, poolName);
      }
      if (sameMessage(there.get(), live.get()) && sameBytes(from, listed, poolName)) {
        return Optional.of(new Entry(poolName, live.get(), true, false));
      }
      poolName = another(base, listed.inode(), other);
    }
    throw tooManyNames(from, listed);
  }

  private Optional<Entry> fill(DirectoryHandle from, DirectoryEntry listed, FileName poolName)
      throws IOException {
    boolean complete = false;
    removeUnfinished(); // of a take that was killed
    try (ReadableFile live = open(from, listed.name())) {
      FileStatus status = live.status();
      requireMail(from, listed, status);
      if (!isThat(from, listed, status)) {
        return Optional.empty();
      }
      try (NewFile own = ours(() -> pool.create(UNFINISHED, 0600))) {
        fill(own, live, from.describe(listed.name()));
      }
      // Otherwise somebody was writing to it.
      complete =
          sameMessage(pool.status(UNFINISHED), status) && sameMessage(live.currentStatus(), status);
      if (complete) {
        renameUnfinished(poolName); // that is free: only we make names here
      }
      return complete ? Optional.of(new Entry(poolName, status, true, true)) : Optional.empty();
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    } finally {
      if (!complete) {
        removeUnfinished();
      }
    }
  }

  private void removeUnfinished() throws IOException {
    ours(
        () -> {
          StoreFiles.removeIfThere(pool, UNFINISHED);
          return UNFINISHED;
        });
  }

  private void renameUnfinished(FileName poolName) throws IOException {
    ours(
        () -> {
          pool.rename(UNFINISHED, pool, poolName);
          return poolName;
        });
  }

  private interface Call<T> {
    T make() throws IOException;
  }

  /** Makes a call that only the Pool can be to blame for. */
  private static <T> T ours(Call<T> call) throws IOException {
    try {
      return call.make();
    } catch (PosixException e) {
      throw switch (e.errno()) {
        case EIO, EACCES, EPERM -> new UnwritableException(e);
        default -> e;
      };
    }
  }

  private static ReadableFile open(DirectoryHandle from, FileName name) throws IOException {
    try {
      return from.file(name);
    } catch (PosixException e) {
      throw e;
    } catch (IOException e) { // a FIFO, put there since it was listed: that one's fault alone
      throw new RefusedException(from.describe(name), String.valueOf(e.getMessage()));
    }
  }

  /**
   * Not synced: one sync of the file system comes before any Manifest that names it, a take that
   * does not get there leaves nothing that is built upon, and what a power cut tears has not the
   * bytes of the live file.
   */
  private void fill(NewFile own, ReadableFile live, String describedLive) throws IOException {
    if (!strategy.clones() || !cloned(own, live)) {
      if (FileCopies.hasHoles(live)) {
        // Holes cost their owner nothing; their copy would fill the disk of everybody.
        throw new RefusedException(
            describedLive, "it has holes, and a copy of them would fill the disk");
      }
      int copies = COPIES.incrementAndGet();
      long size = live.status().size();
      if (size >= LARGE_COPY_BYTES || copies % UNASKED_COPIES == 0) {
        // One Mailbox can be larger than all that is left; links cost next to nothing.
        Reserve.require(pool, size);
      }
      copy(live, own);
      if (copies % SYNCED_COPIES == 0) {
        // XFS reserves ten blocks for each file that is not written back yet.
        pool.syncFileSystem();
      }
    }
    ours(
        () -> {
          own.setModified(live.status().modified());
          return own;
        });
  }

  private static void copy(ReadableFile live, NewFile own) throws IOException {
    byte[] block = new byte[COPIED_BYTES];
    long position = 0;
    while (true) {
      int bytes = live.read(position, block, 0, block.length);
      if (bytes < 0) {
        break;
      }
      position += bytes;
      ours(
          () -> {
            own.write(block, 0, bytes);
            return own;
          });
    }
    ours(
        () -> {
          own.flush();
          return own;
        });
  }

  /** False for single files that the file system cannot clone: on a mount of their own, say. */
  private static boolean cloned(NewFile own, ReadableFile live) throws IOException {
    try {
      own.cloneOf(live);
      return true;
    } catch (PosixException e) {
      return switch (e.errno()) {
        case EXDEV, EOPNOTSUPP, ENOTTY, EINVAL -> false;
        default -> throw e;
      };
    }
  }

  private void requireMail(DirectoryHandle from, DirectoryEntry listed, FileStatus status)
      throws RefusedException {
    if (!status.regularFile()) {
      throw new RefusedException(from.describe(listed.name()), "it is a " + status.type());
    }
    if (!owners.include(status.owner())) {
      throw new RefusedException(
          from.describe(listed.name()),
          "it belongs to uid " + status.owner() + ", not to the owner of the mailbox");
    }
  }

  private static boolean sameMessage(FileStatus one, FileStatus other) {
    return one.regularFile()
        && one.size() == other.size()
        && one.modified().equals(other.modified());
  }

  private boolean sameBytes(DirectoryHandle from, DirectoryEntry listed, FileName poolName)
      throws IOException {
    try (InputStream live = open(from, listed.name()).stream();
        InputStream kept = pool.file(poolName).stream()) {
      byte[] block;
      do {
        block = live.readNBytes(COMPARED_BYTES);
        if (!Arrays.equals(block, kept.readNBytes(COMPARED_BYTES))) {
          return false;
        }
      } while (block.length > 0);
      return true;
    }
  }

  private static Optional<FileStatus> find(DirectoryHandle directory, FileName name)
      throws IOException {
    try {
      return Optional.of(directory.status(name));
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static RefusedException tooManyNames(DirectoryHandle from, DirectoryEntry listed) {
    return new RefusedException(
        from.describe(listed.name()), "too many other files in the pool have its name");
  }
}
