package org.mailtimemachine.mailstore.posix;

import java.io.IOException;

/** A directory holds more than its reader can take: a mistake, or an attack on its memory. */
public final class TooManyEntriesException extends IOException {

  private static final long serialVersionUID = 1;

  TooManyEntriesException(String path, int most) {
    super("more than %,d entries in %s".formatted(most, path));
  }
}
