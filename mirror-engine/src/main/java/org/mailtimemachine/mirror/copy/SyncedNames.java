package org.mailtimemachine.mirror.copy;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;

/**
 * The names in the directory of the spool. The kernel says once that it could not write them, to
 * whoever asks first, and takes them for written from then on: so each failure counts for all who
 * had made a name by then. Safe for use by several threads.
 */
final class SyncedNames {

  private final DirectoryHandle directory;
  private final Syncs syncs;
  private final AtomicInteger failures = new AtomicInteger();

  SyncedNames(DirectoryHandle directory, Syncs syncs) {
    this.directory = directory;
    this.syncs = syncs;
  }

  /** How often they could not be synced; to be asked for before a name is made. */
  int failures() {
    return failures.get();
  }

  /**
   * Puts them on the disk; one after another, or a failure that somebody else is told of would not
   * count yet.
   *
   * @param since what {@link #failures} was before the names in question were made
   * @throws IOException where they may not be there, now or later
   */
  synchronized void sync(int since) throws IOException {
    boolean synced = false;
    try {
      syncs.directory(directory);
      synced = true;
    } finally {
      if (!synced) {
        failures.incrementAndGet();
      }
    }
    requireNone(since);
  }

  /** Nothing has failed since then. */
  void requireNone(int since) throws IOException {
    if (failures.get() != since) {
      throw new IOException("the directory could not be synced since the name was made");
    }
  }
}
