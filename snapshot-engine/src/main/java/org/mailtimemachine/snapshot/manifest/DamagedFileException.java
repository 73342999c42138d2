package org.mailtimemachine.snapshot.manifest;

import java.io.IOException;

/** A file of the Store is not what was written: torn, altered, or of a format not known here. */
public class DamagedFileException extends IOException {

  private static final long serialVersionUID = 1;

  /**
   * @param file which one, as a person would find it
   * @param reason what is wrong with it
   */
  public DamagedFileException(String file, String reason) {
    super("damaged: " + file + ": " + reason);
  }

  /** The same, with the error that showed it. */
  public DamagedFileException(String file, String reason, Throwable cause) {
    super("damaged: " + file + ": " + reason, cause);
  }
}
