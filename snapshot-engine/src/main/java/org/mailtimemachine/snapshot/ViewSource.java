package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.time.InstantSource;

/** Where a take gets the tree of Maildirs that it walks. */
interface ViewSource {

  /**
   * Opens the tree, frozen where the file system can do that, after removing what a killed take
   * left frozen. Whoever calls it holds the lock of the Store.
   *
   * @param fileSystemTime the clock that stamps the directories
   */
  View open(InstantSource fileSystemTime) throws IOException;
}
