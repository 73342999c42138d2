package org.mailtimemachine.snapshot.manifest;

/**
 * A file of the Store that the disk refuses to read. To whoever needs what is in it, it is as good
 * as damaged; whoever mends damaged files must leave it: it may be readable tomorrow.
 */
public final class UnreadableFileException extends DamagedFileException {

  private static final long serialVersionUID = 1;

  /** The file, and the error of the disk. */
  public UnreadableFileException(String file, Throwable cause) {
    super(file, String.valueOf(cause.getMessage()), cause);
  }
}
