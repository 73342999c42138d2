package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.PercentEncoding;

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

  private static final Pattern LINE =
      Pattern.compile("ID \\d+ gen \\d+ top level \\d+ path (.+)", Pattern.DOTALL);

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
    try {
      SystemProgram.run(
          "btrfs", "subvolume", "snapshot", "-r", root.toString(), snapshot().toString());
      Path frozen = snapshot().resolve(root.relativize(maildirs));
      List<List<FileName>> nested = new ArrayList<>(Mount.below(maildirs));
      nested.addAll(
          nested(
              SystemProgram.run("btrfs", "subvolume", "show", root.toString()),
              SystemProgram.run("btrfs", "subvolume", "list", "-o", root.toString()),
              Mount.components(Mount.bytes(root.relativize(maildirs)))));
      return View.frozen(maildirs, frozen, store, now, nested, this::remove);
    } catch (IOException | RuntimeException | Error e) {
      try {
        remove();
      } catch (IOException stays) {
        e.addSuppressed(stays);
      }
      throw e;
    }
  }

  /**
   * Where other subvolumes lie in the Maildirs: a snapshot of this one has an empty directory
   * there.
   *
   * @param show what the program says of this subvolume
   * @param list what it says of those in it; both name paths from the top of the file system
   * @param way from the root of this subvolume to the Maildirs
   * @throws StoreException where a line is not of the form that is known: an unknown one could be a
   *     subvolume with mail
   */
  static List<List<FileName>> nested(String show, String list, List<FileName> way)
      throws StoreException {
    String self = show.split("\n", 2)[0];
    if (self.isEmpty()) {
      throw new StoreException("'btrfs subvolume show' does not name the subvolume: " + show);
    }
    String above = self.equals("/") ? "" : self + '/';
    List<List<FileName>> nested = new ArrayList<>();
    for (String line : list.isEmpty() ? new String[0] : list.split("\n", -1)) {
      Matcher known = LINE.matcher(line);
      if (!known.matches()) {
        throw new StoreException(
            "'btrfs subvolume list' has a line that is not understood: "
                + PercentEncoding.encodeText(line));
      }
      String path = known.group(1);
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
      SystemProgram.runToTheEnd("btrfs", "subvolume", "delete", snapshot().toString());
    }
  }
}
