package org.mailtimemachine.snapshot.catalogue;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.snapshot.SnapshotName;

/**
 * A Message in a Folder with certain flags, from one Snapshot to another.
 *
 * @param message the id that it has in that Folder, as {@link CataloguedMessage#id}
 * @param keywords names of the labels it carried
 * @param first the first Snapshot that is still kept and has it so
 * @param before the Snapshot before that one, which had it otherwise or not at all; empty where the
 *     first one is the oldest that is kept
 * @param last the last Snapshot that has it so
 * @param after the Snapshot after that one; empty where it is the newest
 */
public record Presence(
    UUID message,
    UUID folder,
    FolderName folderName,
    Flags flags,
    List<String> keywords,
    SnapshotName first,
    Optional<SnapshotName> before,
    SnapshotName last,
    Optional<SnapshotName> after) {

  public Presence {
    keywords = List.copyOf(keywords);
  }
}
