package org.mailtimemachine.restore;

import java.io.IOException;

/** One message cannot be put back; all others can. */
final class RefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }
}
