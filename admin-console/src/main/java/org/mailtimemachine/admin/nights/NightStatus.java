package org.mailtimemachine.admin.nights;

import java.util.Optional;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.UnfinishedRun;

/**
 * How it stands with the nights of this host. It is fired as an event, too, whenever a take has
 * ended.
 *
 * @param enabled whether this server takes them
 * @param goingOn a take that goes on now, of this process or of another one
 * @param last the record of the last take of this server since it was started
 * @param failure why the last attempt came to nothing; empty where it did not
 */
public record NightStatus(
    boolean enabled, Optional<UnfinishedRun> goingOn, Optional<Run> last, String failure) {

  /** Of a server that takes none. */
  public static final NightStatus NONE =
      new NightStatus(false, Optional.empty(), Optional.empty(), "");
}
