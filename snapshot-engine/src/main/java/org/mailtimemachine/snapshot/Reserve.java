package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.util.Locale;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FreeSpace;

/**
 * What a take, and whatever else fills the Store, leaves free on the file system that the Store
 * shares with the live mail: the last blocks and inodes belong to the delivery. A take costs
 * little, but it can run as root, whom the kernel also lets use what it reserves.
 */
public final class Reserve {

  private static final long SHARE = 20;
  private static final long MOST_BYTES = 1L << 30;
  private static final long MOST_INODES = 100_000;

  private Reserve() {}

  /** No space is left but the reserve; no other Mailbox would fare better. */
  public static final class ReachedException extends StoreException {
    private static final long serialVersionUID = 1;

    private ReachedException(String message) {
      super(message);
    }
  }

  /**
   * Goes on where there is more than a twentieth of the space and of the inodes, or more than 1 GiB
   * and 100,000 of them.
   *
   * @throws ReachedException where there is not
   */
  static void require(DirectoryHandle store) throws IOException {
    require(store, 0);
  }

  /**
   * The same, after that many bytes more.
   *
   * @throws ReachedException where they would be of the reserve
   */
  public static void require(DirectoryHandle store, long toCome) throws IOException {
    FreeSpace space = store.freeSpace();
    long bytes = bytes(space);
    if (space.availableBytes() - toCome < bytes) {
      throw reached(store, "MiB", space.availableBytes() >> 20, bytes >> 20);
    }
    long inodes = inodes(space);
    if (space.availableInodes() < inodes) {
      throw reached(store, "inodes", space.availableInodes(), inodes);
    }
  }

  /** How many bytes stay free on such a file system. */
  static long bytes(FreeSpace space) {
    return Math.min(space.bytes() / SHARE, MOST_BYTES);
  }

  /** How many inodes. */
  static long inodes(FreeSpace space) {
    return Math.min(space.inodes() / SHARE, MOST_INODES);
  }

  private static ReachedException reached(
      DirectoryHandle store, String unit, long available, long reserve) {
    return new ReachedException(
        String.format(
            Locale.ROOT,
            "it was given up: the file system of %s has %,d %s left, and the last %,d belong"
                + " to the delivery of mail: free some space, or let snapshots expire earlier",
            store.path(),
            available,
            unit,
            reserve));
  }
}
