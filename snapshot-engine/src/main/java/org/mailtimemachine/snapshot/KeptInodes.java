package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
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
  private final Map<Long, Kept> seen = new HashMap<>();
  private @Nullable Map<Long, FileName> beforeByInode;

  KeptInodes(MailboxStore store, List<ManifestFolder> before) {
    this.store = store;
    this.before = before;
  }

  /**
   * A Message that the Pool holds.
   *
   * @param copied whether the Pool holds a copy, so that the inode is not ours
   */
  record Kept(FileName poolName, boolean copied) {}

  /** Notes an inode that was met. @return whether this take had not met it before */
  boolean see(long inode, Kept kept) {
    return seen.putIfAbsent(inode, kept) == null;
  }

  /** An inode that this take has seen already, in whatever Folder. */
  Optional<Kept> get(long inode) {
    return Optional.ofNullable(seen.get(inode));
  }

  /** The link of an inode in the Snapshot before. Reads all its Listings the first time. */
  Optional<FileName> search(long inode) {
    if (beforeByInode == null) {
      Map<Long, FileName> byInode = new HashMap<>();
      readable(before)
          .filter(message -> message.inode() != 0)
          .forEach(m -> byInode.put(m.inode(), FileName.ofEncoded(m.poolName())));
      beforeByInode = byInode;
    }
    return Optional.ofNullable(beforeByInode.get(inode));
  }

  /** All inodes that this take has seen, or that lie in these Folders, which did not change. */
  Set<Long> seenOrIn(List<ManifestFolder> unchanged) {
    Set<Long> inodes = new HashSet<>(seen.keySet());
    readable(unchanged).map(ListedMessage::inode).forEach(inodes::add);
    return inodes;
  }

  /** A Listing that is damaged tells nothing; whoever needs it for its own sake will say so. */
  private Stream<ListedMessage> readable(List<ManifestFolder> folders) {
    return folders.stream()
        .flatMap(
            folder -> {
              try {
                return store.listing(folder.listing()).messages().stream();
              } catch (IOException e) {
                return Stream.empty();
              }
            });
  }
}
