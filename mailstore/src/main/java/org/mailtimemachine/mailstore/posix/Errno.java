package org.mailtimemachine.mailstore.posix;

/** The causes of a failed system call that callers decide on; see errno(3). */
public enum Errno {
  /** There is no such entry: on a live Maildir mostly renamed a moment ago. */
  ENOENT,
  EEXIST,
  /** The two names lie on different file systems: no link is possible. */
  EXDEV,
  /** The inode has as many links as the file system allows (65,000 on ext4). */
  EMLINK,
  ENOSPC,
  EDQUOT,
  EACCES,
  EPERM,
  EIO,
  ENOTDIR,
  EISDIR,
  /** A symbolic link where none is followed. */
  ELOOP,
  ENAMETOOLONG,
  ENOTEMPTY,
  EROFS,
  /** Too many files are open: of this process, or on the whole machine. */
  EMFILE,
  ENFILE,
  ENOMEM,
  EINTR,
  /** FICLONE of a file with other attributes (no checksums, swap), or on an old file system. */
  EINVAL,
  ENOTTY,
  EOPNOTSUPP,
  /** The lock is held by somebody else. */
  EAGAIN,
  ESTALE,
  /** Any other; the number is in the message. */
  OTHER
}
