package org.mailtimemachine.snapshot;

import static org.mailtimemachine.mailstore.maildir.MaildirFolder.CUR;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.NEW;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.maildir.MaildirFolder;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.TooManyEntriesException;
import org.mailtimemachine.snapshot.manifest.DirectoryState;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * The taking of one Mailbox that its users, its IMAP server and its mail may be changing meanwhile.
 * Folders that did not change since the Snapshot before are not listed. All others are listed in
 * rounds, until every listing is exact, or until two rounds in a row added nothing and no message
 * of the Snapshot before is missing while it is still alive somewhere; and until no Folder has
 * come, gone or changed since it was looked at.
 */
final class MailboxTake {

  private static final int MOST_ROUNDS = 20;
  private static final int QUIET_ROUNDS = 2;

  /** Long enough for a Folder that came to rest to become settled, and so exact. */
  private static final Duration SHORTEST = Duration.ofSeconds(5);

  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Maildir maildir;
  private final MailboxStore store;
  private final StorageStrategy strategy;
  private final Map<String, ManifestFolder> before = new LinkedHashMap<>();
  private final View view;
  private final Consumer<String> warnings;
  private final KeptInodes keptInodes;

  /** By directory: what was decided for each Folder that was seen. */
  private final Map<String, MaildirFolder> folders = new LinkedHashMap<>();

  private final Map<String, ManifestFolder> unchanged = new HashMap<>();
  private final Map<String, FolderTake> changed = new LinkedHashMap<>();

  /**
   * @param before the Folders of the Snapshot before
   * @param view the tree that the Maildir lies in
   */
  MailboxTake(
      Maildir maildir,
      MailboxStore store,
      StorageStrategy strategy,
      List<ManifestFolder> before,
      View view,
      Consumer<String> warnings) {
    this.maildir = maildir;
    this.store = store;
    this.strategy = strategy;
    this.view = view;
    this.warnings = warnings;
    this.keptInodes = new KeptInodes(store, before);
    before.forEach(folder -> this.before.put(folder.directory(), folder));
  }

  /** Messages that were new to the Pool. */
  long newLinks() {
    return changed.values().stream().mapToLong(FolderTake::newLinks).sum();
  }

  /** Whose files were taken for mail of this Mailbox, as far as Folders were listed. */
  Set<Long> owners() throws IOException {
    Set<Long> owners = new HashSet<>(Set.of(maildir.root().status().owner()));
    changed.values().stream().map(FolderTake::owner).filter(uid -> uid >= 0).forEach(owners::add);
    return owners;
  }

  /** Bytes of these. */
  long newBytes() {
    return changed.values().stream().mapToLong(FolderTake::newBytes).sum();
  }

  /** Takes it, and returns its Folders as they go into the Manifest. */
  List<ManifestFolder> take() throws IOException {
    findFolders();
    listInRounds();
    List<ManifestFolder> taken = new ArrayList<>();
    for (Map.Entry<String, MaildirFolder> folder : folders.entrySet()) {
      FolderTake take = changed.get(folder.getKey());
      ManifestFolder same = unchanged.get(folder.getKey());
      if (take != null) {
        taken.add(take.finish(store));
      } else if (same != null) {
        taken.add(same);
      }
    }
    carryUnreadable(taken);
    return taken;
  }

  /**
   * Looks for Folders that were not seen yet, and begins with them.
   *
   * @return whether there were any that must be listed
   */
  private boolean findFolders() throws IOException {
    boolean any = false;
    for (Maildir.Found found : maildir.folders()) {
      MaildirFolder folder = found.folder();
      if (folders.putIfAbsent(folder.directory(), folder) == null) {
        any |= begin(folder, found.cur());
      }
    }
    return any;
  }

  /**
   * Begins with a Folder.
   *
   * @param cur what {@code cur} was like a moment ago, where somebody had to ask. That is as good
   *     as now: what happens to the Folder later happens after its Snapshot, and what came into it
   *     from one that is looked at later shows there.
   */
  private boolean begin(MaildirFolder folder, Optional<FileStatus> cur) throws IOException {
    ManifestFolder known = before.get(folder.directory());
    try {
      if (known != null
          && (cur.isEmpty() || view.state(cur.get(), view.now()).sameAs(known.cur()))
          && isUnchanged(folder, known, cur.isPresent())) {
        unchanged.put(folder.directory(), known.as(folder));
        return false;
      }
    } catch (PosixException e) {
      requireOnesOwnFault(e);
      // Listing it says what the matter is.
    }
    changed.put(
        folder.directory(),
        new FolderTake(
            maildir.root(),
            folder,
            known,
            known == null ? null : listing(known),
            store.pool(),
            keptInodes,
            strategy,
            view,
            warnings));
    return true;
  }

  /** A Listing of ours that cannot be read must not keep today's mail from being kept. */
  private @Nullable Listing listing(ManifestFolder known) {
    try {
      return store.listing(known.listing());
    } catch (IOException e) {
      warnings.accept("folder listed without what was known of it: " + e.getMessage());
      return null;
    }
  }

  /** Two system calls for a Folder that nobody touched. */
  private boolean isUnchanged(MaildirFolder folder, ManifestFolder known, boolean curIs)
      throws IOException {
    return !known.busy()
        && known.cur().settled()
        && known.fresh().settled()
        && (curIs || state(folder, CUR).sameAs(known.cur()))
        && state(folder, NEW).sameAs(known.fresh());
  }

  private DirectoryState state(MaildirFolder folder, FileName part) throws IOException {
    try {
      return view.state(
          switch (folder.path().size()) {
            case 0 -> maildir.root().status(part);
            // Follows a symbolic link in the middle; then it is another inode than the known one.
            case 1 -> maildir.root().status(folder.path().getFirst(), part);
            default -> {
              try (DirectoryHandle handle = folder.open(maildir.root())) {
                yield handle.status(part);
              }
            }
          },
          view.now());
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return DirectoryState.MISSING;
      }
      throw e;
    }
  }

  private void listInRounds() throws IOException {
    if (changed.isEmpty()) {
      return; // a move between two Folders would have shown in the one that was looked at later
    }
    List<FolderTake> active = new ArrayList<>(changed.values());
    long start = System.nanoTime();
    int quiet = 0;
    for (int round = 1; ; round++) {
      long firstSeen = 0;
      for (FolderTake take : active) {
        firstSeen += pass(take);
      }
      quiet = firstSeen == 0 ? quiet + 1 : 0;
      active = stillMoving();
      long waited = System.nanoTime() - start;
      boolean last =
          waited > LONGEST.toNanos() || (round >= MOST_ROUNDS && waited > SHORTEST.toNanos());
      if (active.isEmpty() || ((quiet >= QUIET_ROUNDS || last) && settle(active, last, quiet))) {
        return;
      }
      // Nothing new any more: only time can prove that what is missing is gone.
      pause(quiet >= QUIET_ROUNDS ? 100 : Math.min(round, 20));
    }
  }

  private long pass(FolderTake take) throws IOException {
    try {
      return take.pass();
    } catch (PosixException e) {
      requireOnesOwnFault(e);
      if (e.is(Errno.ENOENT)) {
        // Deleted or renamed since: under its new name it is another Folder, which will be found.
        folders.remove(take.folder().directory());
        changed.remove(take.folder().directory());
      } else {
        leaveOut(take, e);
      }
      return 0;
    } catch (TooManyEntriesException e) {
      leaveOut(take, e);
      return 0;
    }
  }

  private void leaveOut(FolderTake take, IOException why) {
    String directory = take.folder().directory();
    changed.remove(directory);
    ManifestFolder known = take.before();
    if (known == null) {
      warnings.accept("folder left out: " + why.getMessage());
    } else {
      // What cannot be read now is not gone: the Snapshot before knows what it held.
      warnings.accept("folder kept as it was in the snapshot before: " + why.getMessage());
      unchanged.put(directory, known.as(take.folder()).carried());
    }
  }

  /** Faults of the machine are nothing that a Folder could be left out for. */
  private static void requireOnesOwnFault(PosixException e) throws PosixException {
    switch (e.errno()) {
      case ENOENT, EACCES, EPERM, EIO, ELOOP, ENOTDIR, ENAMETOOLONG, ESTALE -> {}
      default -> throw e;
    }
  }

  /**
   * The Folders that must be listed again: those whose last pass was not exact, those in which
   * something happened since, and Folders that nobody expected to change or to come. A message that
   * was moved from a Folder not yet listed into one that was is found in this way.
   */
  private List<FolderTake> stillMoving() throws IOException {
    for (Map.Entry<String, MaildirFolder> folder : List.copyOf(folders.entrySet())) {
      ManifestFolder same = unchanged.get(folder.getKey());
      if (same != null && !same.busy() && !isUnchanged(folder.getValue(), same, false)) {
        unchanged.remove(folder.getKey());
        begin(folder.getValue(), Optional.empty());
      }
    }
    findFolders();
    List<FolderTake> moving = new ArrayList<>();
    for (FolderTake take : changed.values()) {
      if (!take.exact() || take.movedOn(state(take.folder(), CUR), state(take.folder(), NEW))) {
        moving.add(take);
      }
    }
    return moving;
  }

  /** Whether these Folders, in which something still goes on, may be called listed. */
  private boolean settle(List<FolderTake> active, boolean last, int quiet) throws IOException {
    Map<FolderTake, List<ListedMessage>> missing = missing(active);
    if (!missing.isEmpty() && !last) {
      return false;
    }
    // "Not seen" is not "deleted": on a Folder this busy it stays in the Listing.
    missing.forEach(FolderTake::carry);
    if (quiet < QUIET_ROUNDS) {
      active.forEach(FolderTake::markBusy);
    }
    return true;
  }

  private Map<FolderTake, List<ListedMessage>> missing(List<FolderTake> active) throws IOException {
    Map<FolderTake, List<ListedMessage>> missing = new LinkedHashMap<>();
    Predicate<ListedMessage> elsewhere = null;
    for (FolderTake take : active) {
      for (ListedMessage message : take.stillAlive()) {
        if (elsewhere == null) {
          elsewhere = keptInodes.seenOrIn(List.copyOf(unchanged.values()));
        }
        if (!elsewhere.test(message)) {
          missing.computeIfAbsent(take, key -> new ArrayList<>()).add(message);
        }
      }
    }
    return missing;
  }

  /**
   * A Folder that the Snapshot before knew and that cannot be looked at is carried, not dropped.
   */
  private void carryUnreadable(List<ManifestFolder> taken) throws IOException {
    for (ManifestFolder known : before.values()) {
      if (folders.containsKey(known.directory())) {
        continue;
      }
      List<FileName> path =
          Stream.of(known.directory().split("/")).map(FileName::ofEncoded).toList();
      MaildirFolder folder =
          new MaildirFolder(known.name(), path, known.subscribed(), known.specialUse());
      try (DirectoryHandle handle = folder.open(maildir.root())) {
        handle.status(CUR);
      } catch (PosixException e) {
        requireOnesOwnFault(e);
        if (!e.is(Errno.ENOENT)) {
          warnings.accept("folder kept as it was in the snapshot before: " + e.getMessage());
          taken.add(known.carried());
        }
      }
    }
  }

  private static void pause(long mostMillis) throws IOException {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(mostMillis) + 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
