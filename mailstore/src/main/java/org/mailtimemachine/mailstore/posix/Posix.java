package org.mailtimemachine.mailstore.posix;

import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * The system calls that jnr-posix has. It knows some two hundred, and its start costs the time of
 * 50,000 calls: what a take needs every night is in {@link LibC}.
 */
final class Posix {

  static final POSIX CALLS = POSIXFactory.getNativePOSIX();

  private Posix() {}

  /** The errno of this thread's last call, as an exception that names call and subject. */
  static PosixException failure(String call, String subject) {
    int number = CALLS.errno();
    return new PosixException(call, subject, LibC.errno(number), number);
  }
}
