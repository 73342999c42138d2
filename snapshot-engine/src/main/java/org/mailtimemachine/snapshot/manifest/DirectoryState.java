package org.mailtimemachine.snapshot.manifest;

import java.time.Duration;
import java.time.Instant;
import org.mailtimemachine.mailstore.posix.FileStatus;

/**
 * What proves that a directory did not change since it was listed: the same inode on the same
 * device with the same times, and those times old enough when it was listed that no later change
 * could have left them as they were (git calls the opposite "racily clean").
 *
 * @param device number of the file system
 * @param inode number of the directory
 * @param modified st_mtime, nanoseconds included
 * @param changed st_ctime, which the owner cannot set back
 * @param settled whether both times were older than two seconds when the listing began
 */
public record DirectoryState(
    long device, long inode, Instant modified, Instant changed, boolean settled) {

  /** A directory that is not there. */
  public static final DirectoryState MISSING =
      new DirectoryState(0, 0, Instant.EPOCH, Instant.EPOCH, true);

  /** Directory times older than this, by the file system's clock, cannot hide a later change. */
  private static final Duration SETTLED = Duration.ofSeconds(2);

  /**
   * What a status says.
   *
   * @param now by the clock that stamps the directories
   */
  public static DirectoryState of(FileStatus status, Instant now) {
    Instant settled = now.minus(SETTLED);
    return new DirectoryState(
        status.device(),
        status.inode(),
        status.modified(),
        status.changed(),
        status.modified().isBefore(settled) && status.changed().isBefore(settled));
  }

  /** The same state, as one that proves nothing. */
  public DirectoryState unsettled() {
    return new DirectoryState(device, inode, modified, changed, false);
  }

  /** The same state, of a frozen directory whose live one is on that device. */
  public DirectoryState onDevice(long live) {
    return new DirectoryState(live, inode, modified, changed, settled);
  }

  /** Whether these two describe a directory in the same state, whenever they were seen. */
  public boolean sameAs(DirectoryState other) {
    return device == other.device
        && inode == other.inode
        && modified.equals(other.modified)
        && changed.equals(other.changed);
  }

  String text() {
    return equals(MISSING)
        ? Lines.NONE
        : device
            + ":"
            + inode
            + ":"
            + FileTime.format(modified)
            + ":"
            + FileTime.format(changed)
            + ":"
            + (settled ? "yes" : "no");
  }

  static DirectoryState parse(String text) {
    if (text.equals(Lines.NONE)) {
      return MISSING;
    }
    String[] fields = text.split(":", -1);
    return new DirectoryState(
        Long.parseLong(fields[0]),
        Long.parseLong(fields[1]),
        FileTime.parse(fields[2]),
        FileTime.parse(fields[3]),
        fields[4].equals("yes"));
  }
}
