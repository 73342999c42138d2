package org.mailtimemachine.snapshot;

import java.io.IOException;

/** A Store cannot be used as it is; the message says which one, why, and what helps. */
public sealed class StoreException extends IOException permits StoreBusyException {

  private static final long serialVersionUID = 1;

  StoreException(String message) {
    super(message);
  }

  StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
