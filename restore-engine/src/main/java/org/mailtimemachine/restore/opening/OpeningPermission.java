package org.mailtimemachine.restore.opening;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;

/**
 * What a user has allowed in the webmail: that his host opens this one message, once
 * (docs/adr/0035). The id of a message says where it is and is no secret; this is the consent.
 *
 * @param message its id in the webmail
 * @param until from then on it does not hold any more
 */
public record OpeningPermission(
    MailboxAddress mailbox, SnapshotName snapshot, UUID message, Instant until) {

  /** Long enough for somebody who is asked on a Friday. */
  public static final Duration HOLDS = Duration.ofDays(7);
}
