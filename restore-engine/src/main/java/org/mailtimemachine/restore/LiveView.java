package org.mailtimemachine.restore;

import java.io.IOException;

/** What a live Mailbox held when it was looked at. */
public interface LiveView {

  /** Whether a message is there that only the job at work puts there. */
  boolean hasOwn(PlannedMessage message);

  /** Begins to compare it with a Snapshot. Close it after use. */
  Whereabouts compare(KeptContent kept) throws IOException;
}
