package org.mailtimemachine.snapshot;

import java.io.IOException;

/** A Snapshot cannot be checked out to there; the message says why and what helps. */
public final class CheckoutException extends IOException {

  private static final long serialVersionUID = 1;

  CheckoutException(String message) {
    super(message);
  }

  CheckoutException(String message, Throwable cause) {
    super(message, cause);
  }
}
