package org.mailtimemachine.snapshot.catalogue;

import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.maildir.SpecialUse;

/**
 * One Folder of one Snapshot.
 *
 * @param id the same for this Folder name on every day, also after the Catalogue was rebuilt
 * @param busy whether it was being changed so fast while it was listed that the listing is a union
 *     of several passes
 */
public record FolderSummary(
    UUID id,
    FolderName name,
    Optional<SpecialUse> specialUse,
    boolean subscribed,
    boolean busy,
    long messages,
    long unread) {}
