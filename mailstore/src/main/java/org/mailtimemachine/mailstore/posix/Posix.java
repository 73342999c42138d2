package org.mailtimemachine.mailstore.posix;

import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * The system calls that jnr-posix has. It knows some two hundred, and its start costs the time of
 * 50,000 calls: what a take needs is in {@link LibC}, and here is who looks up users and groups.
 */
final class Posix {

  static final POSIX CALLS = POSIXFactory.getNativePOSIX();

  private Posix() {}
}
