package org.mailtimemachine.mirror.copy;

import java.io.IOException;

/** Where it stands on the disk whose a message in the spool is. */
interface Noted {

  /** Nobody needs the message any more; to be said before its text goes. */
  void forget() throws IOException;

  /**
   * Whether it says exactly this there, and is in nobody's way there for as long as the message
   * waits.
   */
  boolean keeps(Arrival arrival);
}
