package org.mailtimemachine.restore;

import java.util.Map;
import java.util.Set;
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
   * @param poolNames of each Folder, as its Listing has them; at least one
   */
  record Messages(Map<FolderName, Set<String>> poolNames) implements RestoreScope {
    public Messages {
      poolNames = Map.copyOf(poolNames);
      requireSome(poolNames.keySet());
    }
  }

  private static void requireSome(Set<?> wanted) {
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("a restore of nothing");
    }
  }
}
