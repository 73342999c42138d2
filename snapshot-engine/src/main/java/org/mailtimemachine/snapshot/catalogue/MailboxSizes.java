package org.mailtimemachine.snapshot.catalogue;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;

/**
 * How many days there are of Mailboxes, and how large they are. Safe for use by several threads.
 */
public interface MailboxSizes {

  /**
   * A Mailbox as its newest indexed Snapshot has it.
   *
   * @param days indexed Snapshots
   * @param messages of the newest one
   * @param bytes of these; empty where it was indexed before sizes were added up
   */
  record Size(long days, SnapshotName newest, long messages, OptionalLong bytes) {}

  /**
   * Those of all Mailboxes that have an indexed Snapshot, in one question.
   *
   * @param domains only Mailboxes of these domains; empty for all
   */
  Map<MailboxAddress, Size> all(Optional<Set<String>> domains);

  /** Those of some Mailboxes; the question costs what these few cost. */
  Map<MailboxAddress, Size> of(Collection<MailboxAddress> mailboxes);
}
