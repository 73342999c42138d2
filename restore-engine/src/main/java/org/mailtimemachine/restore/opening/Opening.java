package org.mailtimemachine.restore.opening;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;

/**
 * One message that an administrator of the host has opened (docs/adr/0035), in words that its user
 * knows it by: the day may expire, and what was opened is still to be told.
 *
 * @param folder in which it stood that day
 * @param message its id in the webmail
 * @param subject decoded, for its user alone; empty where there is none
 * @param date that the list of messages shows
 * @param who opened it
 * @param reason what was written about it, for the user too
 * @param seen when its user said that he knows; empty before
 */
public record Opening(
    UUID id,
    MailboxAddress mailbox,
    SnapshotName snapshot,
    FolderName folder,
    UUID message,
    String subject,
    Instant date,
    String who,
    Instant when,
    String reason,
    Optional<Instant> seen) {

  /** Longer reasons are files. */
  public static final int LONGEST_REASON = 1_000;

  public Opening {
    if (reason.isBlank() || reason.length() > LONGEST_REASON) {
      throw new IllegalArgumentException(
          "a reason has 1 to " + LONGEST_REASON + " characters: " + reason.length());
    }
  }
}
