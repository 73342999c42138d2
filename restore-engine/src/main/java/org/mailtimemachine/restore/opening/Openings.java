package org.mailtimemachine.restore.opening;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/** Keeps openings. Safe for use by several threads and several servers. */
public interface Openings {

  /**
   * Keeps one, in one transaction with its line in the audit log and the letter that is owed to its
   * user. When this returns, all three stand: nothing of the message may be shown before.
   *
   * @throws RuntimeException where one of the three cannot be written: then none is
   */
  void keep(Opening opening, AuditEntry entry);

  Optional<Opening> find(UUID id);

  /** Those of a Mailbox, the newest first. */
  List<Opening> ofMailbox(MailboxAddress mailbox, int most);

  /** Those of a Mailbox of which its user has not said that he knows, the newest first. */
  List<Opening> unseen(MailboxAddress mailbox, int most);

  /** Its user knows; of somebody else's Mailbox, or the second time, it does nothing. */
  void seen(MailboxAddress mailbox, UUID id, Instant when);
}
