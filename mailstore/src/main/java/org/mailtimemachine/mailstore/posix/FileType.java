package org.mailtimemachine.mailstore.posix;

/** The types of directory entries that matter here. */
public enum FileType {
  FILE,
  DIRECTORY,
  SYMLINK,
  /** FIFO, socket or device: never opened. */
  SPECIAL,
  /** The file system does not tell in a listing; ask for the status. */
  UNKNOWN;

  /** From d_type of a directory entry (readdir(3)). */
  static FileType ofEntry(int type) {
    return switch (type) {
      case 8 -> FILE;
      case 4 -> DIRECTORY;
      case 10 -> SYMLINK;
      case 0 -> UNKNOWN;
      default -> SPECIAL;
    };
  }

  /** From st_mode (inode(7)). */
  static FileType ofMode(int mode) {
    return switch (mode & 0170000) {
      case 0100000 -> FILE;
      case 0040000 -> DIRECTORY;
      case 0120000 -> SYMLINK;
      default -> SPECIAL;
    };
  }
}
