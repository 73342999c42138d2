package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;

/**
 * The Btrfs subvolume that holds the Maildirs. Its snapshot is a read-only subvolume in the Store,
 * under one fixed name: what is found there was left by a take that was killed. By the program
 * {@code btrfs}, because it checks what it deletes and says why it cannot.
 *
 * @param root of the subvolume
 * @param maildirs the directory in it, without symbolic links
 * @param store where its snapshot is made
 */
record BtrfsSubvolume(Path root, Path maildirs, Path store) implements ViewSource {

  /** The inode number of every root of a subvolume. */
  private static final long SUBVOLUME_ROOT = 256;

  static BtrfsSubvolume find(Path maildirs, Path store) throws IOException {
    Path real = maildirs.toRealPath();
    Mount mount = Mount.of(real);
    Mount ofStore = Mount.of(store.toRealPath());
    if (!mount.type().equals("btrfs")) {
      throw new StoreException(
          "the strategy 'btrfs' needs Maildirs on Btrfs, and %s lies on %s: make the store with the strategy 'hardlink'"
              .formatted(maildirs, mount.type()));
    }
    if (!ofStore.type().equals("btrfs") || !ofStore.source().equals(mount.source())) {
      throw new StoreException(
          "the strategy 'btrfs' needs the store on the Btrfs of the Maildirs: %s lies on %s (%s), %s on %s"
              .formatted(store, ofStore.source(), ofStore.type(), maildirs, mount.source()));
    }
    for (Path path = real; path != null; path = path.getParent()) {
      if (inode(path) == SUBVOLUME_ROOT && Mount.of(path).equals(mount)) {
        return new BtrfsSubvolume(path, real, store.toRealPath());
      }
    }
    throw new StoreException(
        "the root of the Btrfs subvolume that holds %s is not mounted: mount it, or make the store with the strategy 'reflink'"
            .formatted(maildirs));
  }

  private static long inode(Path path) throws IOException {
    try (DirectoryHandle handle = DirectoryHandle.open(path)) {
      return handle.status().inode();
    }
  }

  @Override
  public View open(InstantSource fileSystemTime) throws IOException {
    remove();
    Instant now = fileSystemTime.instant();
    SystemProgram.run(
        "btrfs", "subvolume", "snapshot", "-r", root.toString(), snapshot().toString());
    Path frozen = snapshot().resolve(root.relativize(maildirs));
    try {
      List<List<FileName>> nested = new ArrayList<>(Mount.below(maildirs));
      nested.addAll(nestedSubvolumes());
      return View.frozen(maildirs, frozen, store, now, nested, this::remove);
    } catch (IOException e) {
      remove();
      throw e;
    }
  }

  /** A snapshot of a subvolume has an empty directory where another subvolume lies in it. */
  private List<List<FileName>> nestedSubvolumes() throws IOException {
    // Both name paths from the top of the file system.
    String self =
        SystemProgram.run("btrfs", "subvolume", "show", root.toString())
            .lines()
            .findFirst()
            .orElse("");
    String above = self.equals("/") ? "" : self + '/';
    List<FileName> way = Mount.components(Mount.bytes(root.relativize(maildirs)));
    List<List<FileName>> nested = new ArrayList<>();
    String all = SystemProgram.run("btrfs", "subvolume", "list", "-o", root.toString());
    for (String line : all.lines().toList()) {
      String path = line.substring(line.indexOf(" path ") + " path ".length());
      if (path.startsWith(above)) {
        List<FileName> components = Mount.components(path.substring(above.length()));
        if (components.size() > way.size() && components.subList(0, way.size()).equals(way)) {
          nested.add(components.subList(way.size(), components.size()));
        }
      }
    }
    return nested;
  }

  private Path snapshot() {
    return store.resolve(View.DIRECTORY);
  }

  private void remove() throws IOException {
    if (Files.exists(snapshot(), LinkOption.NOFOLLOW_LINKS)) {
      SystemProgram.run("btrfs", "subvolume", "delete", snapshot().toString());
    }
  }
}
