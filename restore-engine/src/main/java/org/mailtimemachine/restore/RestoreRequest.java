package org.mailtimemachine.restore;

import java.time.Instant;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.mime.UnseenText;
import org.mailtimemachine.snapshot.SnapshotName;

/**
 * Who wants what back, from which Snapshot, into where.
 *
 * @param mailbox whose mail it is, and who asks
 * @param moved whether also those are wanted back that are only in another Folder now
 * @param requestedAt when it was asked for
 * @param reason in the words of whoever asks, without what nobody sees; may be empty
 */
public record RestoreRequest(
    UUID id,
    MailboxAddress mailbox,
    SnapshotName snapshot,
    RestoreScope scope,
    Target target,
    boolean moved,
    Instant requestedAt,
    String reason) {

  /** Longer reasons are letters. */
  public static final int LONGEST_REASON = 2_000;

  /** Where the messages go. */
  public enum Target {
    /** Each into the Folder that it was in, which is made again where it is missing. */
    ORIGINAL_FOLDERS,
    /** Below a Folder of their own, {@code Restored <date>}. */
    BELOW_RESTORED
  }

  public RestoreRequest {
    // Whoever decides about it must not see other words than it has.
    reason = UnseenText.removedFrom(reason).strip();
    if (reason.length() > LONGEST_REASON) {
      throw new IllegalArgumentException(
          "a reason has at most " + LONGEST_REASON + " characters: " + reason.length());
    }
  }
}
