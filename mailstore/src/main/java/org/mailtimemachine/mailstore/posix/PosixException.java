package org.mailtimemachine.mailstore.posix;

import java.io.IOException;

/** A system call failed: which one, on what, and why. */
public final class PosixException extends IOException {

  private static final long serialVersionUID = 1;

  private final Errno errno;

  PosixException(String call, String subject, Errno errno, int number) {
    super(call + " " + subject + ": " + (errno == Errno.OTHER ? "errno " + number : errno.name()));
    this.errno = errno;
  }

  /** The cause. */
  public Errno errno() {
    return errno;
  }

  public boolean is(Errno cause) {
    return errno == cause;
  }
}
