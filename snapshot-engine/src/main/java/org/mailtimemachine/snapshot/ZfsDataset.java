package org.mailtimemachine.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.mailtimemachine.snapshot.manifest.Lines;

/**
 * The ZFS dataset that holds the Maildirs. Its snapshot is read in {@code .zfs/snapshot}, or, where
 * there is none (zfs-fuse), in a read-only clone that is mounted in the Store. Both have one fixed
 * name for each Store: what is found under it was left by a take that was killed.
 *
 * @param name of the dataset
 * @param root where it is mounted
 * @param maildirs the directory in it, without symbolic links
 * @param own the name of what we make
 * @param store where a clone is mounted
 */
record ZfsDataset(String name, Path root, Path maildirs, String own, Path store)
    implements ViewSource {

  private static final int MOST_TRIES = 50;
  private static final long PAUSE_MILLIS = 100;

  static ZfsDataset find(Path maildirs, Path store) throws IOException {
    Path real = maildirs.toRealPath();
    Mount mount = Mount.of(real);
    if (!mount.type().equals("zfs") && !mount.type().equals("fuse.zfs")) {
      throw new StoreException(
          "the strategy 'zfs' needs Maildirs on ZFS, and %s lies on %s: make the store with the strategy 'hardlink'"
              .formatted(maildirs, mount.type()));
    }
    Path realStore = store.toRealPath();
    // Several stores may keep one dataset; none may touch what another one has frozen.
    String own = "mtm-" + Lines.sha256(realStore.toString().getBytes(UTF_8)).substring(0, 16);
    Path root = real;
    while (root.getParent() != null && !Mount.bytes(root).equals(mount.point())) {
      root = root.getParent();
    }
    return new ZfsDataset(mount.source(), root, real, own, realStore);
  }

  @Override
  public View open(InstantSource fileSystemTime) throws IOException {
    Instant now = freeze(fileSystemTime);
    try {
      Path frozen = root.resolve(".zfs").resolve("snapshot").resolve(own);
      if (!Files.isDirectory(frozen)) {
        frozen = clonePoint();
        SystemProgram.run(
            "zfs",
            "clone",
            "-o",
            "readonly=on",
            "-o",
            "mountpoint=" + clonePoint(),
            snapshotName(),
            cloneName());
      }
      return View.frozen(
          maildirs,
          frozen.resolve(root.relativize(maildirs)),
          store,
          now,
          Mount.below(maildirs),
          this::remove);
    } catch (IOException e) {
      remove();
      throw e;
    }
  }

  /**
   * Makes the snapshot anew. One that appears meanwhile is of a take that was killed a moment ago,
   * whose {@code zfs} lives on: it is older than this take, and goes.
   *
   * @return a moment before it
   */
  private Instant freeze(InstantSource fileSystemTime) throws IOException {
    for (int tries = MOST_TRIES; ; tries--) {
      remove();
      Instant now = fileSystemTime.instant();
      try {
        SystemProgram.run("zfs", "snapshot", snapshotName());
        return now;
      } catch (StoreException e) {
        if (tries <= 1 || !String.valueOf(e.getMessage()).contains("already exists")) {
          throw e;
        }
      }
    }
  }

  private Path clonePoint() {
    return store.resolve(View.DIRECTORY);
  }

  private String snapshotName() {
    return name + '@' + own;
  }

  private String cloneName() {
    return pool() + '/' + own;
  }

  private String pool() {
    return name.split("/", 2)[0];
  }

  private void remove() throws IOException {
    // A dataset that only happens to have that name is somebody else's, and may hold all he has.
    if (there("filesystem", pool()).contains(cloneName())
        && origin(cloneName()).equals(snapshotName())) {
      destroy(cloneName());
      Files.deleteIfExists(clonePoint());
    }
    if (there("snapshot", name).contains(snapshotName())) {
      destroy(snapshotName());
    }
  }

  /** What was closed a moment ago can still be busy: FUSE releases it later. */
  private static void destroy(String what) throws IOException {
    for (int tries = MOST_TRIES; ; tries--) {
      try {
        SystemProgram.runToTheEnd("zfs", "destroy", what);
        return;
      } catch (StoreException e) {
        if (tries <= 1 || !String.valueOf(e.getMessage()).contains("busy")) {
          throw e;
        }
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreException("interrupted while '%s' was busy".formatted(what), e);
      }
    }
  }

  private static String origin(String dataset) throws IOException {
    return SystemProgram.run("zfs", "get", "-H", "-o", "value", "origin", dataset);
  }

  private static List<String> there(String type, String dataset) throws IOException {
    return SystemProgram.run("zfs", "list", "-H", "-o", "name", "-d", "1", "-t", type, dataset)
        .lines()
        .toList();
  }
}
