package org.mailtimemachine.restore;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.posix.FileName;

/**
 * What a restore would do about one Folder of the Snapshot.
 *
 * @param name what it was called
 * @param path where its messages go: the directory, from the Maildir's root; empty for INBOX
 * @param make whether that is not there, and will be made and subscribed, perhaps without a message
 * @param messages to add
 * @param present messages that are there already
 * @param moved messages that are only in another Folder now, and stay there, by Folder
 * @param incomplete whether the Snapshot itself may lack messages of this Folder, or hold some that
 *     were deleted: it was busy when it was taken
 */
public record PlannedFolder(
    FolderName name,
    List<FileName> path,
    boolean make,
    List<PlannedMessage> messages,
    long present,
    SortedMap<FolderName, Long> moved,
    boolean incomplete) {

  public PlannedFolder {
    path = List.copyOf(path);
    messages = List.copyOf(messages);
    moved = new TreeMap<>(moved);
  }

  /** Messages that are only in another Folder now. */
  public long movedMessages() {
    return moved.values().stream().mapToLong(Long::longValue).sum();
  }
}
