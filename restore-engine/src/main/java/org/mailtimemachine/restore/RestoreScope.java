package org.mailtimemachine.restore;

import java.util.Map;
import java.util.Set;
import org.mailtimemachine.mailstore.mailbox.FolderName;

/** What is wanted back, of a Snapshot or of what came around it. */
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

  /**
   * These messages, which no Snapshot has; each goes into INBOX, where it would have been.
   *
   * @param kept at least one
   */
  record Copies(KeptCopies kept) implements RestoreScope {
    public Copies {
      requireSome(Set.copyOf(kept.copies()));
    }
  }

  private static void requireSome(Set<?> wanted) {
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("a restore of nothing");
    }
  }
}
