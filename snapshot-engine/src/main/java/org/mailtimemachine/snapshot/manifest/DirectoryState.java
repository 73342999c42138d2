package org.mailtimemachine.snapshot.manifest;

import java.time.Instant;

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
