package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * Which inodes the Pool of a Mailbox holds, and under which names: those of this take, and, only
 * when somebody asks, those of the Snapshot before.
 */
final class KeptInodes {

  private final MailboxStore store;
  private final List<ManifestFolder> before;
  private final InodeSet seen = new InodeSet();
  private final Map<Long, Kept> kept = new HashMap<>();
  private @Nullable Map<Long, String> beforeByInode;

  KeptInodes(MailboxStore store, List<ManifestFolder> before) {
    this.store = store;
    this.before = before;
  }

  /**
   * A Message that the Pool holds.
   *
   * @param poolName its encoded name there
   * @param copied the live file where the Pool holds a file of its own: the inode is not ours, and
   *     may be freed and used for another message while we look
   */
  record Kept(String poolName, Optional<FileStatus> copied) {

    /** Whether a live file that has the inode now is this Message. */
    boolean is(FileStatus live) {
      // Every way in which an inode gets another content moves its change time.
      return live.regularFile()
          && copied
              .map(then -> then.sameInode(live) && then.changed().equals(live.changed()))
              .orElse(true);
    }
  }

  /**
   * Notes an inode that was met, and that nobody will ask {@link #get} for: it has one name, or the
   * Snapshot before knows it.
   *
   * @return whether this take had not met the Message before
   */
  boolean see(long inode) {
    return seen.add(inode);
  }

  /** Notes an inode that was met. @return whether this take had not met the Message before */
  boolean see(long inode, Kept message) {
    boolean first = seen.add(inode);
    Kept before = kept.put(inode, message);
    return before == null ? first : !before.poolName().equals(message.poolName());
  }

  /** An inode that this take has noted as one that may be met again under another name. */
  Optional<Kept> get(long inode) {
    return Optional.ofNullable(kept.get(inode));
  }

  /** The link of an inode in the Snapshot before. Reads all its Listings the first time. */
  Optional<FileName> search(long inode) {
    if (beforeByInode == null) {
      Map<Long, String> byInode = new HashMap<>();
      readable(before)
          .filter(message -> message.inode() != 0)
          .forEach(message -> byInode.put(message.inode(), message.poolName()));
      beforeByInode = byInode;
    }
    return Optional.ofNullable(beforeByInode.get(inode)).map(FileName::ofEncoded);
  }

  /** Whether this take has seen a Message, or it lies in these Folders, which did not change. */
  Predicate<ListedMessage> seenOrIn(List<ManifestFolder> unchanged) {
    InodeSet inodes = new InodeSet(seen);
    Set<String> copies = new HashSet<>();
    kept.values().stream()
        .filter(message -> message.copied().isPresent())
        .forEach(message -> copies.add(message.poolName()));
    readable(unchanged)
        .forEach(
            message -> {
              if (message.inode() == 0) {
                copies.add(message.poolName());
              } else {
                inodes.add(message.inode());
              }
            });
    return message ->
        message.inode() == 0
            ? copies.contains(message.poolName())
            : inodes.contains(message.inode());
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
