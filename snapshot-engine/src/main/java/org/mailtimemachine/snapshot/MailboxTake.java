package org.mailtimemachine.snapshot;

import static org.mailtimemachine.mailstore.maildir.MaildirFolder.CUR;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.NEW;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.maildir.MaildirFolder;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.manifest.DirectoryState;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * The taking of one Mailbox that its users, its IMAP server and its mail may be changing meanwhile.
 * Folders that did not change since the Snapshot before are not listed. All others are listed in
 * rounds, until every listing is exact, or until two rounds in a row added nothing and no message
 * of the Snapshot before is missing while it is still alive somewhere.
 */
final class MailboxTake {

  private static final int MOST_ROUNDS = 20;
  private static final int QUIET_ROUNDS = 2;

  /** Long enough for a Folder that came to rest to become settled, and so exact. */
  private static final Duration SHORTEST = Duration.ofSeconds(5);

  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Maildir maildir;
  private final MailboxStore store;
  private final List<ManifestFolder> before;
  private final InstantSource fileSystemTime;
  private final Consumer<String> warnings;
  private final KeptInodes keptInodes;
  private final Map<MaildirFolder, ManifestFolder> unchanged = new LinkedHashMap<>();
  private final List<FolderTake> changed = new ArrayList<>();
  private long newLinks;

  /**
   * @param before the Folders of the Snapshot before
   * @param fileSystemTime the clock that stamps the directories
   */
  MailboxTake(
      Maildir maildir,
      MailboxStore store,
      List<ManifestFolder> before,
      InstantSource fileSystemTime,
      Consumer<String> warnings) {
    this.maildir = maildir;
    this.store = store;
    this.before = before;
    this.fileSystemTime = fileSystemTime;
    this.warnings = warnings;
    this.keptInodes = new KeptInodes(store, before);
  }

  /** Messages that were new to the Pool. */
  long newLinks() {
    return newLinks;
  }

  /** Takes it, and returns its Folders as they go into the Manifest. */
  List<ManifestFolder> take() throws IOException {
    Map<String, ManifestFolder> byDirectory = new HashMap<>();
    before.forEach(folder -> byDirectory.put(folder.directory(), folder));
    List<MaildirFolder> folders = maildir.folders();
    try {
      for (MaildirFolder folder : folders) {
        open(folder, byDirectory.get(folder.directory()));
      }
      listInRounds();
      Map<MaildirFolder, ManifestFolder> done = new HashMap<>(unchanged);
      for (FolderTake take : changed) {
        done.put(take.folder(), take.finish(store));
        newLinks += take.newLinks();
      }
      return folders.stream().map(done::get).filter(folder -> folder != null).toList();
    } finally {
      changed.forEach(FolderTake::close);
    }
  }

  private void open(MaildirFolder folder, @Nullable ManifestFolder known) throws IOException {
    try {
      if (known != null && isUnchanged(folder, known)) {
        unchanged.put(folder, withNameOf(folder, known));
        return;
      }
      Listing listing = known == null ? null : store.listing(known.listing());
      changed.add(
          new FolderTake(
              maildir.root(),
              folder,
              known,
              listing,
              store.pool(),
              keptInodes,
              fileSystemTime,
              warnings));
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return; // deleted or renamed since the Folders were listed
      }
      leaveOut(folder, known, e);
    }
  }

  /** What cannot be read now is not gone: the Snapshot before knows what it held. */
  private void leaveOut(MaildirFolder folder, @Nullable ManifestFolder known, PosixException e) {
    if (known == null) {
      warnings.accept("folder left out: " + e.getMessage());
    } else {
      warnings.accept("folder kept as it was in the snapshot before: " + e.getMessage());
      unchanged.put(folder, unsettled(withNameOf(folder, known)));
    }
  }

  /** Two system calls for a Folder that nobody touched. */
  private boolean isUnchanged(MaildirFolder folder, ManifestFolder known) throws IOException {
    return !known.busy()
        && known.cur().settled()
        && known.fresh().settled()
        && state(folder, CUR).sameAs(known.cur())
        && state(folder, NEW).sameAs(known.fresh());
  }

  private DirectoryState state(MaildirFolder folder, FileName part) throws IOException {
    Instant now = fileSystemTime.instant();
    try {
      return switch (folder.path().size()) {
        case 0 -> FolderTake.state(maildir.root().status(part), now);
        // Follows a symbolic link in the middle; then it is another inode than the known one.
        case 1 -> FolderTake.state(maildir.root().status(folder.path().getFirst(), part), now);
        default -> {
          try (DirectoryHandle handle = folder.open(maildir.root())) {
            yield FolderTake.state(handle.status(part), now);
          }
        }
      };
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return DirectoryState.MISSING;
      }
      throw e;
    }
  }

  private void listInRounds() throws IOException {
    List<FolderTake> active = new ArrayList<>(changed);
    long start = System.nanoTime();
    int quiet = 0;
    for (int round = 1; !active.isEmpty(); round++) {
      long added = 0;
      for (FolderTake take : active) {
        added += pass(take);
      }
      // A message may have been moved from a Folder that is not listed yet into one that is.
      active.clear();
      for (FolderTake take : changed) {
        if (!take.exact() || take.movedOn()) {
          active.add(take);
        }
      }
      if (active.isEmpty()) {
        return;
      }
      quiet = added == 0 ? quiet + 1 : 0;
      long waited = System.nanoTime() - start;
      boolean last =
          waited > LONGEST.toNanos() || (round >= MOST_ROUNDS && waited > SHORTEST.toNanos());
      if ((quiet >= QUIET_ROUNDS || last) && settle(active, last, quiet)) {
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
      switch (e.errno()) {
        case EIO, EACCES, EPERM, ESTALE -> {
          changed.remove(take);
          take.close();
          leaveOut(take.folder(), take.before(), e);
          return 0;
        }
        default -> throw e;
      }
    }
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
    Set<Long> elsewhere = null;
    for (FolderTake take : active) {
      List<ListedMessage> alive = take.stillAlive();
      if (!alive.isEmpty() && elsewhere == null) {
        elsewhere = keptInodes.seenOrIn(List.copyOf(unchanged.values()));
      }
      for (ListedMessage message : alive) {
        if (elsewhere != null && !elsewhere.contains(message.inode())) {
          missing.computeIfAbsent(take, key -> new ArrayList<>()).add(message);
        }
      }
    }
    return missing;
  }

  private static void pause(long mostMillis) throws IOException {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(mostMillis) + 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The same listing under what the Folder is called and whether it is subscribed to now. */
  private static ManifestFolder withNameOf(MaildirFolder folder, ManifestFolder known) {
    return new ManifestFolder(
        folder.name(),
        known.directory(),
        folder.subscribed(),
        folder.specialUse(),
        known.uidValidity(),
        known.busy(),
        known.messages(),
        known.unread(),
        known.listing(),
        known.cur(),
        known.fresh());
  }

  private static ManifestFolder unsettled(ManifestFolder known) {
    return new ManifestFolder(
        known.name(),
        known.directory(),
        known.subscribed(),
        known.specialUse(),
        known.uidValidity(),
        true,
        known.messages(),
        known.unread(),
        known.listing(),
        known.cur(),
        known.fresh());
  }
}
