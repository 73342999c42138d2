package org.mailtimemachine.restore;

import java.util.Set;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.FolderName;

/** What of a Snapshot is wanted back. */
public sealed interface RestoreScope {

  /** Everything that the Snapshot holds. */
  record WholeMailbox() implements RestoreScope {}

  /**
   * All messages of these Folders, without those below them.
   *
   * @param names at least one
   */
  record Folders(Set<FolderName> names) implements RestoreScope {
    public Folders {
      names = Set.copyOf(names);
      requireSome(names);
    }
  }

  /**
   * These messages.
   *
   * @param ids as the Catalogue names them in that Snapshot, at least one
   */
  record Messages(Set<UUID> ids) implements RestoreScope {
    public Messages {
      ids = Set.copyOf(ids);
      requireSome(ids);
    }
  }

  private static void requireSome(Set<?> wanted) {
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("a restore of nothing");
    }
  }
}
