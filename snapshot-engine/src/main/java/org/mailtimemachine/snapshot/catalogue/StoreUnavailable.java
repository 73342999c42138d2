package org.mailtimemachine.snapshot.catalogue;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The Store cannot be read, so that nobody can say which days there are: its file system may not be
 * mounted. Nothing is lost by that, and trying again later may do.
 */
public final class StoreUnavailable extends UncheckedIOException {

  private static final long serialVersionUID = 1L;

  public StoreUnavailable(String what, IOException cause) {
    super(what + ": " + cause.getMessage(), cause);
  }

  /** Whether a failure comes of it, whatever a container has wrapped around it. */
  public static boolean caused(Throwable failure) {
    return failure instanceof StoreUnavailable
        || (failure.getCause() != null && caused(failure.getCause()));
  }
}
