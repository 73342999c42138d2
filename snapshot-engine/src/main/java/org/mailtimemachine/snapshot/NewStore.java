package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What opening a Store has made: where its first take comes to nothing, it is removed again, so
 * that it is not in the way of the one that is meant (another place, another strategy).
 *
 * @param made whether there was no Store before
 * @param directory whether there was not even a directory
 */
record NewStore(Path path, boolean made, boolean directory) {

  /** To be asked before the Store is opened. */
  static NewStore before(Path path) {
    return new NewStore(path, Files.notExists(path.resolve("format")), Files.notExists(path));
  }

  /** The same as {@link #discard}, for who does not hold the lock. */
  void discardLocked(Store store, Exception failure) {
    if (!made) {
      return;
    }
    try (Store.StoreLock lock = store.lock()) {
      assert lock != null;
      discard(store, failure);
    } catch (IOException e) {
      failure.addSuppressed(e); // somebody else is at work on it already
    }
  }

  /**
   * Removes it, unless something is kept in it. What goes wrong here is less important than the
   * failure before it. Whoever calls holds the lock.
   */
  void discard(Store store, Exception failure) {
    if (!made) {
      return;
    }
    try {
      if (store.discard() && directory) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
