package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;

/** Finds out when a Store is opened, and not at midnight, whether its strategy can work there. */
final class StrategyProbe {

  /** How far the clock of a file server may be from ours; see {@code DirectoryState}. */
  private static final Duration OTHER_CLOCK = Duration.ofMinutes(1);

  /** {@code <domain>/<user>/Maildir/.Folder/cur/<file>}. */
  private static final int DEEPEST = 6;

  private static final int MOST_TRIED = 10;

  /** Whose files are messages. */
  private static final Set<String> MESSAGES = Set.of("cur", "new");

  private StrategyProbe() {}

  /**
   * Checks that a strategy can work.
   *
   * @param store its directory, which exists
   * @return where its takes get their tree
   * @throws StoreException where it cannot, with the reason and the remedy
   */
  static ViewSource check(StorageStrategy strategy, Path maildirs, Path store) throws IOException {
    return switch (strategy) {
      case HARDLINK -> {
        requireOneFileSystem(maildirs, store);
        requireLinksOfMail(maildirs, store);
        yield time -> View.live(maildirs, time);
      }
      case REFLINK -> {
        requireClones(maildirs, store);
        yield time -> View.live(maildirs, time);
      }
      case COPY -> {
        boolean otherClock = Mount.of(maildirs.toRealPath()).remote();
        yield time ->
            View.live(maildirs, otherClock ? () -> time.instant().minus(OTHER_CLOCK) : time);
      }
      case BTRFS -> {
        BtrfsSubvolume subvolume = BtrfsSubvolume.find(maildirs, store);
        requireClones(maildirs, store);
        yield subvolume;
      }
      case ZFS -> ZfsDataset.find(maildirs, store);
    };
  }

  /**
   * Checks that hard links are possible.
   *
   * @param store its directory, which need not exist
   */
  static void requireOneFileSystem(Path maildirs, Path store) throws IOException {
    Path there = existing(store.toAbsolutePath().normalize());
    try (DirectoryHandle live = DirectoryHandle.open(maildirs);
        DirectoryHandle kept = DirectoryHandle.open(there)) {
      if (live.status().device() != kept.status().device()) {
        throw new StoreException(
            "the store %s lies on another file system than the Maildirs in %s: %s"
                .formatted(store, maildirs, SnapshotEngine.OTHER_FILE_SYSTEM));
      }
    }
  }

  /**
   * Links one message into the Store. Two mounts of one file system, as a service gets them that is
   * allowed to write into two directories only, have one device and allow no link between them; nor
   * do two projects of an XFS quota.
   */
  private static void requireLinksOfMail(Path maildirs, Path store) throws IOException {
    FileName to = new FileName(".probe-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
    try (DirectoryHandle root = DirectoryHandle.open(store)) {
      for (Path file : someFiles(maildirs)) {
        if (MESSAGES.contains(String.valueOf(file.resolveSibling("").getFileName()))) {
          try (DirectoryHandle directory = DirectoryHandle.open(file.resolveSibling("."))) {
            // A mailbox may have a file system of its own; the take says what becomes of it.
            if (directory.status().device() == root.status().device()
                && linked(directory, FileName.ofText(file.getFileName().toString()), root, to)) {
              return;
            }
          } catch (PosixException e) {
            // Gone meanwhile: the take looks for itself.
          }
        }
      }
    }
  }

  /** False where this file cannot be linked, which says nothing about others. */
  private static boolean linked(
      DirectoryHandle mail, FileName name, DirectoryHandle store, FileName to) throws IOException {
    try {
      mail.link(name, store, to);
      store.unlink(to);
      return true;
    } catch (PosixException e) {
      if (e.is(Errno.EXDEV)) {
        throw new StoreException(
            "no message of %s can be linked into the store %s, though both are on one file system (%s): a service must see both through one mount (one ReadWritePaths= above both), and an XFS project quota must hold both; or make the store with the strategy 'copy'"
                .formatted(mail.path(), store.path(), e.getMessage()),
            e);
      }
      return false;
    }
  }

  /** The path, or the nearest directory above it that is there already. */
  private static Path existing(Path path) {
    Path parent = path.getParent();
    return parent == null || Files.exists(path) ? path : existing(parent);
  }

  /** Clones a file within the Store, and one of the Maildirs where there is any yet. */
  private static void requireClones(Path maildirs, Path store) throws IOException {
    String number = ProcessHandle.current().pid() + "-" + System.nanoTime();
    FileName from = new FileName(".probe-" + number);
    FileName to = new FileName(".probe-to-" + number);
    try (DirectoryHandle root = DirectoryHandle.open(store)) {
      try (NewFile file = root.create(from, 0600)) {
        file.write(1);
      }
      try {
        clone(root, from, root, to);
        requireCloneOfMail(someFiles(maildirs), root, to);
      } catch (PosixException e) {
        throw new StoreException(
            "messages of %s cannot be cloned into the store %s (%s): reflinks need both on one XFS or Btrfs; make the store with the strategy 'hardlink' or 'copy'"
                .formatted(maildirs, store, e.getMessage()),
            e);
      } finally {
        StoreFiles.removeIfThere(root, from);
        StoreFiles.removeIfThere(root, to);
      }
    }
  }

  /**
   * Clones one of these files. Any of them may have gone meanwhile, or be unreadable, or one that
   * cannot be cloned ({@code chattr +C}): that is for the take to tell of. What stands against all
   * of them is another file system.
   */
  private static void requireCloneOfMail(List<Path> mail, DirectoryHandle root, FileName to)
      throws IOException {
    PosixException refusal = null;
    for (Path file : mail) {
      StoreFiles.removeIfThere(root, to);
      try (DirectoryHandle directory = DirectoryHandle.open(file.resolveSibling("."))) {
        clone(directory, FileName.ofText(file.getFileName().toString()), root, to);
        return;
      } catch (PosixException e) {
        refusal = e.is(Errno.EXDEV) || e.is(Errno.EOPNOTSUPP) ? e : refusal;
      } catch (IOException e) {
        // No regular file any more.
      }
    }
    if (refusal != null) {
      throw refusal;
    }
  }

  private static void clone(
      DirectoryHandle from, FileName name, DirectoryHandle to, FileName newName)
      throws IOException {
    try (ReadableFile file = from.file(name);
        NewFile clone = to.create(newName, 0600)) {
      clone.cloneOf(file);
    }
  }

  private static List<Path> someFiles(Path maildirs) throws IOException {
    List<Path> some = new ArrayList<>();
    try (Stream<Path> files =
        Files.find(
            maildirs,
            DEEPEST,
            (file, attributes) -> attributes.isRegularFile() && attributes.size() > 0)) {
      files.limit(MOST_TRIED).forEach(some::add);
    } catch (UncheckedIOException e) {
      // Unreadable, or gone meanwhile: the take will say so.
    }
    return some;
  }
}
