package org.mailtimemachine.restore;

import java.io.IOException;

/** A restore that cannot be done, or not now; its message names what is in the way. */
public class RestoreException extends IOException {

  private static final long serialVersionUID = 1L;

  public RestoreException(String message) {
    super(message);
  }

  public RestoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
