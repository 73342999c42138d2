package org.mailtimemachine.web.mirrored;

import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.FolderName;

/** What a day's view shows besides the Folders of its Snapshot. */
public enum MirroredFolder {
  /** Arrived between the Snapshot before and this one, and is in none. */
  CAME_AND_WENT(1, "Came and went"),
  /** Arrived since the newest Snapshot. */
  SINCE(2, "Since the last snapshot");

  private final UUID id;
  private final String name;

  MirroredFolder(long number, String name) {
    this.id = new UUID(0, number); // ids of the Catalogue are digests, which are never so small
    this.name = name;
  }

  /** The same on each day and for everybody. */
  public UUID id() {
    return id;
  }

  /** What it is called in a file that is downloaded; on a page it has a word of each language. */
  public FolderName folderName() {
    return new FolderName(name);
  }

  public static Optional<MirroredFolder> of(UUID id) {
    return Arrays.stream(values()).filter(folder -> folder.id.equals(id)).findFirst();
  }

  /** The one that is meant where nothing else is. */
  public static Optional<MirroredFolder> only(Collection<UUID> ids) {
    return ids.size() == 1 ? of(ids.iterator().next()) : Optional.empty();
  }
}
