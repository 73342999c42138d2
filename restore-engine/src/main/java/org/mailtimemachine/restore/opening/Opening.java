package org.mailtimemachine.restore.opening;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.WrittenReason;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/**
 * One message that an administrator of the host has opened (docs/adr/0035), in words that its user
 * knows it by: the day may expire, and what was opened is still to be told.
 *
 * @param folder in which it stood that day
 * @param message its id in the webmail
 * @param subject decoded, for its user alone; empty where there is none, or it is {@link
 *     #SUBJECT_KEPT over}
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

  /** So long its subject is kept; who opened it, when and why stays. */
  public static final Duration SUBJECT_KEPT = Duration.ofDays(90);

  /** Longer reasons are files. */
  public static final int LONGEST_REASON = 1_000;

  public Opening {
    if (!isReason(reason)) {
      throw new IllegalArgumentException(
          "no reason, or longer than %d characters: %d".formatted(LONGEST_REASON, reason.length()));
    }
  }

  /** Whether a text can be told its user as a reason. */
  public static boolean isReason(String text) {
    return WrittenReason.is(text, LONGEST_REASON);
  }

  /**
   * Its line in the audit log. Administrators of the domain read it, too: nothing of the message
   * stands in it, nor which one it is.
   */
  public AuditEntry entry() {
    return new AuditEntry(
        when, who, "message.open", mailbox.toString(), "opening %s: %s".formatted(id, reason));
  }
}
