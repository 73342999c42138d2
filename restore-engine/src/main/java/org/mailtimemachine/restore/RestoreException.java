package org.mailtimemachine.restore;

import java.io.IOException;

/** A restore that cannot be done, or not now; its message names what is in the way. */
public class RestoreException extends IOException {

  private static final long serialVersionUID = 1L;

  private final Hindrance hindrance;

  public RestoreException(String message) {
    this(Hindrance.OTHER, message);
  }

  public RestoreException(Hindrance hindrance, String message) {
    super(message);
    this.hindrance = hindrance;
  }

  public RestoreException(Hindrance hindrance, String message, Throwable cause) {
    super(message, cause);
    this.hindrance = hindrance;
  }

  /** The same in a word, for who is told in another language. */
  public Hindrance hindrance() {
    return hindrance;
  }
}
