package org.mailtimemachine.mailstore.posix;

import java.time.Instant;

/**
 * What statx(2) says of an entry, symbolic links not followed.
 *
 * @param device number of the file system
 * @param inode number within it
 * @param links how many names the inode has
 * @param owner uid
 * @param group gid
 * @param mode permission bits, 07777 at most
 * @param size bytes
 * @param modified st_mtime, with nanoseconds
 * @param changed st_ctime, with nanoseconds
 */
public record FileStatus(
    FileType type,
    long device,
    long inode,
    long links,
    long owner,
    long group,
    int mode,
    long size,
    Instant modified,
    Instant changed) {

  public boolean regularFile() {
    return type == FileType.FILE;
  }

  public boolean directory() {
    return type == FileType.DIRECTORY;
  }

  public boolean sameInode(FileStatus other) {
    return inode == other.inode && device == other.device;
  }
}
