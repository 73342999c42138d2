package org.mailtimemachine.restore;

import java.io.IOException;

/** One message cannot be put back; all others can. Its message is for the log. */
public final class RefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  private final Receipt.Reason reason;

  public RefusedException(Receipt.Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Receipt.Reason reason() {
    return reason;
  }
}
