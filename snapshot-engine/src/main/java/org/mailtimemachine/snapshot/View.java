package org.mailtimemachine.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.snapshot.manifest.DirectoryState;

/** The tree of all Maildirs that a take walks: the live one, or one that is frozen. */
class View implements Closeable {

  private final Path root;
  private final boolean frozen;
  private final long liveDevice;
  private final InstantSource time;

  /**
   * @param root of the tree
   * @param frozen whether nothing in it can change
   * @param liveDevice of the live tree: a frozen one has another number every night
   * @param time the clock that stamps the directories; stopped, where the tree is frozen
   */
  View(Path root, boolean frozen, long liveDevice, InstantSource time) {
    this.root = root;
    this.frozen = frozen;
    this.liveDevice = liveDevice;
    this.time = time;
  }

  /** The live tree itself. */
  static View live(Path maildirs, InstantSource fileSystemTime) throws IOException {
    try (DirectoryHandle handle = DirectoryHandle.open(maildirs)) {
      return new View(maildirs, false, handle.status().device(), fileSystemTime);
    }
  }

  Path root() {
    return root;
  }

  /** Whether one listing of a directory proves what is in it. */
  boolean frozen() {
    return frozen;
  }

  Instant now() {
    return time.instant();
  }

  /**
   * The state of a directory of this tree, as it compares with those of other nights.
   *
   * @param now when one began to look at it
   */
  DirectoryState state(FileStatus status, Instant now) {
    DirectoryState state = DirectoryState.of(status, now);
    return frozen ? state.onDevice(liveDevice) : state;
  }

  @Override
  public void close() throws IOException {}
}
