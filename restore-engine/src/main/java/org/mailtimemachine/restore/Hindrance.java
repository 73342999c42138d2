package org.mailtimemachine.restore;

import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;

/**
 * What is in the way of a restore. People are told in their own language, and never where something
 * lies on a disk: that is said by the exception, to the log.
 */
public enum Hindrance {
  /** The file system of the live Mailbox is full. */
  DISK_FULL,
  /** What would come back is more than the Mailbox may hold. */
  OVER_QUOTA,
  /** The live Mailbox is not where it was. */
  MAILBOX_GONE,
  /** The live Mailbox changes all the time, or cannot be looked at as a whole. */
  MAILBOX_RESTLESS,
  /**
   * So much in the live Mailbox looks like what would come back that nobody knows whether it is
   * there: nothing is added that may be.
   */
  UNCERTAIN,
  /** The Snapshot is not there any more. */
  SNAPSHOT_GONE,
  /** The IMAP server of the live mail cannot be reached, or does not do what is asked. */
  SERVER_AWAY,
  /** The IMAP server of the live mail does not let the master user in: or there is no Mailbox. */
  SIGN_IN_REFUSED,
  /** Whoever carries it out may not do that on the host. */
  NOT_PERMITTED,
  /** The plan, or what the Snapshot lists, is damaged in the Store. */
  DAMAGED,
  /** Another one; the log says which. */
  OTHER;

  /** What made a restore stop. */
  public static Hindrance of(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Hindrance known =
          switch (cause) {
            case RestoreException e -> e.hindrance();
            case DamagedFileException _ -> DAMAGED;
            case PosixException e -> of(e.errno());
            default -> OTHER;
          };
      if (known != OTHER) {
        return known;
      }
    }
    return OTHER;
  }

  private static Hindrance of(Errno errno) {
    return switch (errno) {
      case ENOSPC -> DISK_FULL;
      case EDQUOT -> OVER_QUOTA;
      case EACCES, EPERM, EROFS -> NOT_PERMITTED;
      default -> OTHER;
    };
  }

  /** The one of that name; {@link #OTHER} where there is none. */
  public static Hindrance named(String name) {
    for (Hindrance each : values()) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    return OTHER;
  }
}
