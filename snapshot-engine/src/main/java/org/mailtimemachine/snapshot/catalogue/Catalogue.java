package org.mailtimemachine.snapshot.catalogue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;

/**
 * Answers questions about the past days of one Mailbox, fast. Derived from the Store and never
 * ahead of it. Every question names the Mailbox, and no answer ever crosses it: an id of somebody
 * else's message and an id that never existed look the same. Safe for use by several threads.
 */
public interface Catalogue {

  /** Every Snapshot of the Mailbox that the Store holds, newest first, indexed or not yet. */
  List<SnapshotSummary> snapshots(MailboxAddress mailbox);

  /**
   * The Folders of a Snapshot in no particular order; empty where there is no such Snapshot or it
   * is not indexed yet.
   */
  List<FolderSummary> folders(MailboxAddress mailbox, SnapshotName snapshot);

  /** One page of a Folder as it was; empty where there is no such Folder in that Snapshot. */
  Optional<MessagePage> messages(
      MailboxAddress mailbox, SnapshotName snapshot, UUID folder, MessageQuery query);

  /** One message as it stood in a Folder of that Snapshot. */
  Optional<CataloguedMessage> message(MailboxAddress mailbox, SnapshotName snapshot, UUID message);

  /**
   * Where a message was and how it was marked, over all kept and indexed days, in all Folders;
   * oldest first. Empty where that Snapshot has no such message.
   */
  List<Presence> life(MailboxAddress mailbox, SnapshotName snapshot, UUID message);

  /**
   * What left each Folder from a Snapshot to a later one, by the Folder's id; Folders that lost
   * nothing are not in it. Empty where one of the two is not there or not indexed.
   */
  Map<UUID, Departures> departures(
      MailboxAddress mailbox, SnapshotName snapshot, SnapshotName later);

  /**
   * What a restore would find missing of each Folder, by the Folder's id; Folders that lost nothing
   * are not in it. Empty where one of the two is not there or not indexed.
   */
  Map<UUID, Missing> missing(MailboxAddress mailbox, SnapshotName snapshot, SnapshotName later);

  /**
   * In which Folders messages of a Snapshot are in a later one, each by its id in the former; those
   * that are nowhere are not in it.
   *
   * @param messages at most {@value MessageQuery#MOST}
   */
  Map<UUID, Set<FolderName>> whereabouts(
      MailboxAddress mailbox, SnapshotName snapshot, List<UUID> messages, SnapshotName later);
}
