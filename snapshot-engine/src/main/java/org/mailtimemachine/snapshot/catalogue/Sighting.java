package org.mailtimemachine.snapshot.catalogue;

import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.snapshot.SnapshotName;

/**
 * A Message over all days that are kept, as it stood when it was last seen.
 *
 * @param folderName where it was then
 * @param first the first Snapshot that has it in any Folder
 * @param last the last one
 * @param still whether that is the newest of all
 */
public record Sighting(
    CataloguedMessage message,
    FolderName folderName,
    SnapshotName first,
    SnapshotName last,
    boolean still) {}
