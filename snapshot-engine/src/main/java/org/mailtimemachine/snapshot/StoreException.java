package org.mailtimemachine.snapshot;

import java.io.IOException;

/** A Store cannot be used as it is; the message says which one, why, and what helps. */
public class StoreException extends IOException {

  private static final long serialVersionUID = 1;

  StoreException(String message) {
    super(message);
  }

  StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
