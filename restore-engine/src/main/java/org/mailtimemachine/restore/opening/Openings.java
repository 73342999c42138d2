package org.mailtimemachine.restore.opening;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;

/** Keeps openings. Safe for use by several threads and several servers. */
public interface Openings {

  /** Openings of one Mailbox within a day. */
  int MOST_OF_MAILBOX = 5;

  /** Openings by one administrator within a day. */
  int MOST_OF_ADMINISTRATOR = 20;

  /** Keeps what a user has allowed; the second time for one message, the later end counts. */
  void allow(OpeningPermission permission);

  /** Whether its user allows now that this message is opened. */
  boolean allowed(MailboxAddress mailbox, SnapshotName snapshot, UUID message, Instant now);

  /**
   * Keeps one, in one transaction with its line in the audit log and the letter that is owed to its
   * user; the permission is used up by it. When this returns, all of it stands: nothing of the
   * message may be shown before.
   *
   * @throws OpeningRefusedException where its user does not allow it (any more), or {@link
   *     #MOST_OF_MAILBOX} or {@link #MOST_OF_ADMINISTRATOR} were opened in the day before
   * @throws RuntimeException where something of it cannot be written: then nothing is
   */
  void keep(Opening opening);

  Optional<Opening> find(UUID id);

  /** Those of a Mailbox, the newest first. */
  List<Opening> ofMailbox(MailboxAddress mailbox, int most);

  /** Those of a Mailbox of which its user has not said that he knows, the newest first. */
  List<Opening> unseen(MailboxAddress mailbox, int most);

  /**
   * Takes the subjects away from those before a moment: they were kept for their users to know a
   * message by, as long as they may wonder about it.
   */
  void forgetSubjects(Instant before);

  /** Its user knows; of somebody else's Mailbox, or the second time, it does nothing. */
  void seen(MailboxAddress mailbox, UUID id, Instant when);
}
