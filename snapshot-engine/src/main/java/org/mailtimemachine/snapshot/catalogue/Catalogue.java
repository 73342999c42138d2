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

  /** The most {@link #locations} at once. */
  int MOST_LOCATIONS = 10_000;

  /** The most {@link #poolNames} at once: who sends more under one Message-ID sends anything. */
  int MOST_ALIKE = 50;

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

  /**
   * One page of several Folders as they were, in one order; Folders that this Snapshot of this
   * Mailbox does not have hold nothing.
   */
  MessagePage search(
      MailboxAddress mailbox, SnapshotName snapshot, Set<UUID> folders, MessageQuery query);

  /** One page of all Messages of all kept and indexed days, each once, as it was last seen. */
  SightingPage searchAllDays(MailboxAddress mailbox, MessageQuery query);

  /**
   * Where the messages are that a question finds, the next ones from its offset; its limit does not
   * count.
   *
   * @param snapshot empty for all days, as {@link #searchAllDays}; Folders do not count then
   * @return at most {@value #MOST_LOCATIONS}
   */
  List<MessageLocation> locations(
      MailboxAddress mailbox,
      Optional<SnapshotName> snapshot,
      Set<UUID> folders,
      MessageQuery query);

  /**
   * Messages of a Snapshot by their ids, in that order; those that it does not have are left out.
   *
   * @param messages at most {@value MessageQuery#MOST}
   */
  List<CataloguedMessage> messages(
      MailboxAddress mailbox, SnapshotName snapshot, List<UUID> messages);

  /**
   * As {@link #searchAllDays} finds them, by their ids, in that order.
   *
   * @param messages at most {@value MessageQuery#MOST}
   */
  List<Sighting> sightings(MailboxAddress mailbox, List<UUID> messages);

  /**
   * Where Messages are, of any kept and indexed day, that have a Message-ID: by their names in the
   * Pool, at most {@value #MOST_ALIKE}, the smallest first: delivery adds little.
   *
   * @param messageId as the header has it; empty for those without one
   * @param smallest bytes that it has at least
   * @param largest bytes that it has at most
   */
  List<String> poolNames(MailboxAddress mailbox, String messageId, long smallest, long largest);

  /** One message as it stood in a Folder of that Snapshot. */
  Optional<CataloguedMessage> message(MailboxAddress mailbox, SnapshotName snapshot, UUID message);

  /**
   * Where a message was and how it was marked, over all kept and indexed days, in all Folders;
   * oldest first. Empty where that Snapshot has no such message.
   */
  List<Presence> life(MailboxAddress mailbox, SnapshotName snapshot, UUID message);

  /**
   * What left each Folder from a Snapshot to a later one, by the Folder's id; Folders that lost
   * nothing are not in it. Empty where one of the two is not there or not indexed. With an earlier
   * one it is what came.
   */
  Map<UUID, Departures> departures(
      MailboxAddress mailbox, SnapshotName snapshot, SnapshotName other);

  /**
   * How many messages of each Folder another Snapshot has there with other flags or labels; Folders
   * without such are not in it.
   */
  Map<UUID, Long> marked(MailboxAddress mailbox, SnapshotName snapshot, SnapshotName other);

  /**
   * What a restore would find missing of each Folder, by the Folder's id; Folders that lost nothing
   * are not in it. Empty where one of the two is not there or not indexed.
   */
  Map<UUID, Missing> missing(MailboxAddress mailbox, SnapshotName snapshot, SnapshotName later);

  /**
   * In which Folders messages of a Snapshot are in another one, each by its id in the former; those
   * that are nowhere are not in it.
   *
   * @param messages at most {@value MessageQuery#MOST}
   */
  Map<UUID, Set<FolderName>> whereabouts(
      MailboxAddress mailbox, SnapshotName snapshot, List<UUID> messages, SnapshotName other);
}
