package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * Which inodes the Pool of a Mailbox holds, and under which names: those of this take, and, only
 * when somebody asks, those of the Snapshot before.
 */
final class KeptInodes {

  private final MailboxStore store;
  private final List<ManifestFolder> before;
  private final Map<Long, FileName> seen = new HashMap<>();
  private @Nullable Map<Long, FileName> beforeByInode;

  KeptInodes(MailboxStore store, List<ManifestFolder> before) {
    this.store = store;
    this.before = before;
  }

  /** Notes an inode that was met. @return whether this take had not met it before */
  boolean see(long inode, FileName poolName) {
    return seen.putIfAbsent(inode, poolName) == null;
  }

  /** An inode that this take has seen already, in whatever Folder. */
  Optional<FileName> get(long inode) {
    return Optional.ofNullable(seen.get(inode));
  }

  /** The same, and in the Snapshot before. Reads all its Listings the first time. */
  Optional<FileName> search(long inode) throws IOException {
    FileName name = seen.get(inode);
    if (name != null) {
      return Optional.of(name);
    }
    if (beforeByInode == null) {
      beforeByInode = new HashMap<>();
      for (ManifestFolder folder : before) {
        for (ListedMessage message : store.listing(folder.listing()).messages()) {
          beforeByInode.put(message.inode(), FileName.ofEncoded(message.poolName()));
        }
      }
    }
    return Optional.ofNullable(beforeByInode.get(inode));
  }

  /**
   * Whether an inode was seen by this take, or lies in one of these Folders that did not change.
   */
  Set<Long> seenOrIn(List<ManifestFolder> unchanged) throws IOException {
    Set<Long> inodes = new HashSet<>(seen.keySet());
    for (ManifestFolder folder : unchanged) {
      for (ListedMessage message : store.listing(folder.listing()).messages()) {
        inodes.add(message.inode());
      }
    }
    return inodes;
  }
}
