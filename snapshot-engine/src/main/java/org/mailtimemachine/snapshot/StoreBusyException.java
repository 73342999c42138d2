package org.mailtimemachine.snapshot;

/** Another take or expiry is at work on the Store; nothing is wrong, try again later. */
public final class StoreBusyException extends StoreException {

  private static final long serialVersionUID = 1;

  StoreBusyException(String message) {
    super(message);
  }
}
