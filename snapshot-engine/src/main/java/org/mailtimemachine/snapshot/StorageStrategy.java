package org.mailtimemachine.snapshot;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a Store keeps Messages: which tree a take walks, and how a Message gets from there into the
 * Pool. What is in the Store afterwards is read, checked and expired in the same way everywhere.
 */
public enum StorageStrategy {
  /** The live tree; the Pool's link is the very inode of the live file. */
  HARDLINK(false, false),
  /** The live tree; an inode of the Pool's own that shares the blocks (XFS, Btrfs). */
  REFLINK(true, false),
  /** The live tree; a copy, on whatever file system. */
  COPY(false, false),
  /** A read-only snapshot of the Btrfs subvolume, from which Messages are cloned. */
  BTRFS(true, true),
  /** A snapshot of the ZFS dataset, from which Messages are cloned where it can, else copied. */
  ZFS(true, true);

  private final boolean clones;
  private final boolean freezes;

  StorageStrategy(boolean clones, boolean freezes) {
    this.clones = clones;
    this.freezes = freezes;
  }

  /** The strategy of that name in lower case, as settings and the file {@code strategy} have it. */
  public static Optional<StorageStrategy> of(String text) {
    return Stream.of(values()).filter(strategy -> strategy.text().equals(text)).findFirst();
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether Messages in the Pool are the live inodes. */
  boolean links() {
    return this == HARDLINK;
  }

  /** Whether a Message is cloned before it is copied. */
  boolean clones() {
    return clones;
  }

  /** Whether a take walks a frozen tree. */
  boolean freezes() {
    return freezes;
  }

  @Override
  public String toString() {
    return text();
  }
}
