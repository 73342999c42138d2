package org.mailtimemachine.snapshot.manifest;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * What one Snapshot of one Mailbox holds: its Folders, each with the digest of its Listing. A
 * Mailbox in which nothing changed keeps the Manifest of the day before, by a hard link.
 *
 * @param takenAt when this state was first seen; a later Snapshot of the same state shares it
 */
public record Manifest(MailboxAddress mailbox, Instant takenAt, List<ManifestFolder> folders) {

  public Manifest {
    folders = List.copyOf(folders);
  }

  /** Messages in all Folders. */
  public long messages() {
    return folders.stream().mapToLong(ManifestFolder::messages).sum();
  }

  public Optional<ManifestFolder> folder(FolderName name) {
    return folders.stream().filter(folder -> folder.name().equals(name)).findFirst();
  }
}
