package org.mailtimemachine.snapshot;

import static org.mailtimemachine.mailstore.maildir.MaildirFolder.CUR;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.NEW;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.maildir.KeywordNames;
import org.mailtimemachine.mailstore.maildir.MaildirFolder;
import org.mailtimemachine.mailstore.maildir.MessageFileName;
import org.mailtimemachine.mailstore.maildir.UidList;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.FileType;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.TooManyEntriesException;
import org.mailtimemachine.snapshot.KeptInodes.Kept;
import org.mailtimemachine.snapshot.manifest.DirectoryState;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * The taking of one Folder that changed. While others rename in a directory, a listing of it may
 * miss entries (POSIX leaves it open, every file system does it), so that one pass proves little: a
 * pass is <em>exact</em> where both directories had the same, settled times before and after it.
 * Otherwise the union of all passes counts. No handle is held between passes.
 */
final class FolderTake {

  /** More in one directory would need gigabytes of memory; no IMAP server is usable with it. */
  private static final int MOST_MESSAGES = 2_000_000;

  /** A message of a Folder: its encoded base name; two files of one name are two messages. */
  private record Key(String base, long inode) {
    // See FileName on what a record has of itself.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && inode == key.inode && base.equals(key.base);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(inode) + base.hashCode();
    }
  }

  /** What was found; the name is the last one that was seen. */
  private static final class Found {
    private final ListedMessage kept;
    private MessageFileName name;
    private int pass;

    private Found(ListedMessage kept, MessageFileName name) {
      this.kept = kept;
      this.name = name;
    }

    /** As it goes into the Listing. */
    ListedMessage listed(UidList uids) {
      OptionalLong uid = uids.uid(name);
      if (kept.flags().letters().equals(name.flags().letters())
          && kept.keywords().equals(name.keywords())
          && kept.uid().equals(uid)) {
        return kept;
      }
      return new ListedMessage(
          kept.baseName(),
          kept.poolName(),
          name.flags(),
          name.keywords(),
          kept.size(),
          kept.internalDate(),
          kept.inode(),
          uid);
    }
  }

  private final DirectoryHandle root;
  private final MaildirFolder folder;
  private final @Nullable ManifestFolder before;
  private final @Nullable Listing listingBefore;
  private final Map<Key, ListedMessage> known = new LinkedHashMap<>();
  private final DirectoryHandle poolDirectory;
  private final KeptInodes keptInodes;
  private final StorageStrategy strategy;
  private final View view;
  private final Consumer<String> warnings;
  private final Set<FileName> refused = new HashSet<>();

  private final Map<Key, Found> found = new HashMap<>();
  private int passes;
  private DirectoryState curState = DirectoryState.MISSING;
  private DirectoryState freshState = DirectoryState.MISSING;
  private boolean exact;
  private boolean busy;
  private long newLinks;
  private long newBytes;
  private long firstSeen;
  private long owner = -1;

  /**
   * @param before the Folder of the Snapshot before, and its Listing, where there was one
   * @param view the tree that the Folder lies in
   */
  FolderTake(
      DirectoryHandle root,
      MaildirFolder folder,
      @Nullable ManifestFolder before,
      @Nullable Listing listingBefore,
      DirectoryHandle poolDirectory,
      KeptInodes keptInodes,
      StorageStrategy strategy,
      View view,
      Consumer<String> warnings) {
    this.root = root;
    this.folder = folder;
    this.before = before;
    this.listingBefore = listingBefore;
    this.poolDirectory = poolDirectory;
    this.keptInodes = keptInodes;
    this.strategy = strategy;
    this.view = view;
    this.warnings = warnings;
    if (listingBefore != null) {
      for (ListedMessage message : listingBefore.messages()) {
        known.put(new Key(message.baseName(), message.inode()), message);
      }
    }
  }

  /**
   * Lists the Folder once and keeps what is new.
   *
   * @return how many messages this pass saw that none had seen before, in whatever Folder: a
   *     message that is moved about is not news
   * @throws PosixException with ENOENT where the Folder is gone
   * @throws TooManyEntriesException where nobody can have so many messages
   */
  long pass() throws IOException {
    firstSeen = 0;
    try (DirectoryHandle directory = folder.open(root);
        DirectoryHandle cur = part(directory, CUR);
        DirectoryHandle fresh = part(directory, NEW)) {
      owner = cur != null ? cur.status().owner() : directory.status().owner();
      Pool pool = new Pool(poolDirectory, new Pool.Owners(root.status().owner(), owner), strategy);
      Instant now = view.now();
      DirectoryState curBefore = state(cur, now);
      DirectoryState freshBefore = state(fresh, now);
      passes++;
      // new before cur: a client moves mail from new to cur, and never back (measured: the other
      // order lost mail in up to 57 % of the listings).
      boolean whole = list(fresh, pool);
      whole = list(cur, pool) && whole;
      curState = state(cur, now);
      freshState = state(fresh, now);
      exact =
          whole
              && (view.frozen()
                  || (curState.sameAs(curBefore)
                      && freshState.sameAs(freshBefore)
                      && curState.settled()
                      && freshState.settled()));
      if (exact) {
        // Drops what the passes before saw and was gone a moment later.
        found.values().removeIf(message -> message.pass != passes);
      }
      return firstSeen;
    }
  }

  private static @Nullable DirectoryHandle part(DirectoryHandle directory, FileName part)
      throws IOException {
    try {
      return directory.directory(part);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return null;
      }
      throw e;
    }
  }

  private boolean list(@Nullable DirectoryHandle part, Pool pool) throws IOException {
    boolean whole = true;
    if (part == null) {
      return true;
    }
    for (DirectoryEntry entry : entries(part)) {
      if (entry.name().hidden() || refused.contains(entry.name())) {
        continue;
      }
      if (entry.type() != FileType.FILE && entry.type() != FileType.UNKNOWN) {
        refuse(
            entry.name(), "not kept: " + part.describe(entry.name()) + ": it is a " + entry.type());
        continue;
      }
      MessageFileName name = MessageFileName.of(entry.name());
      Key key = new Key(name.base().encoded(), entry.inode());
      Found message = found.get(key);
      if (message == null) {
        ListedMessage kept = keep(part, pool, entry, name, key);
        if (kept == null) {
          whole = whole && refused.contains(entry.name());
          continue;
        }
        message = new Found(kept, name);
        found.put(key, message);
      }
      message.name = name;
      message.pass = passes;
    }
    return whole;
  }

  private static List<DirectoryEntry> entries(DirectoryHandle part) throws IOException {
    try {
      return part.list(MOST_MESSAGES);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return List.of(); // the Folder was deleted while we hold its directory open
      }
      throw e;
    }
  }

  /** Null where the file is gone or refused. */
  private @Nullable ListedMessage keep(
      DirectoryHandle part, Pool pool, DirectoryEntry entry, MessageFileName name, Key key)
      throws IOException {
    ListedMessage same = known.get(key);
    if (same != null) {
      return met(entry, same, Optional.empty());
    }
    try {
      ListedMessage copied = known.get(new Key(key.base(), 0));
      if (copied != null) {
        FileStatus status = part.status(entry.name());
        if (unchanged(status, copied)) {
          return met(entry, copied, Optional.of(status));
        }
      }
      Optional<Kept> elsewhere = keptInodes.get(entry.inode());
      if (elsewhere.isPresent()) {
        FileStatus status = part.status(entry.name());
        Optional<FileStatus> copy = elsewhere.get().copied();
        if (elsewhere.get().is(status)) {
          return status.inode() == entry.inode()
              ? met(entry, listed(name, elsewhere.get().poolName(), status, copy.isPresent()), copy)
              : null;
        }
        if (copy.isEmpty()) {
          return null;
        }
      }
      return link(part, pool, entry, name);
    } catch (Pool.RefusedException e) {
      refuseForNow(entry.name(), String.valueOf(e.getMessage()));
    } catch (PosixException e) {
      switch (e.errno()) {
        case ENOENT -> {
          // renamed under us; the next pass finds its new name
        }
        case EPERM, EACCES, EIO, EISDIR, ELOOP, ENAMETOOLONG ->
            refuseForNow(entry.name(), "not kept: " + e.getMessage());
        default -> throw e; // a full disk and the like: not this file's fault
      }
    }
    return null;
  }

  /** Notes for the other Folders of this take where the Pool has what was met. */
  private ListedMessage met(
      DirectoryEntry entry, ListedMessage message, Optional<FileStatus> copied) {
    boolean first =
        copied.isPresent()
            ? keptInodes.see(entry.inode(), new Kept(message.poolName(), copied))
            : keptInodes.see(entry.inode());
    firstSeen += first ? 1 : 0;
    return message;
  }

  private @Nullable ListedMessage link(
      DirectoryHandle part, Pool pool, DirectoryEntry entry, MessageFileName name)
      throws IOException {
    Pool.Entry link = pool.keep(part, entry, name.base()).orElse(null);
    if (link == null) {
      return null;
    }
    FileName poolName = link.name();
    if (link.added() && !link.copied() && link.status().links() > 2) {
      // It has a third name: perhaps the Pool holds it already under another base name, which is
      // how Dovecot copies within a Folder. One link is enough.
      Optional<FileName> same = keptInodes.search(link.status().inode());
      if (same.isPresent() && !same.get().equals(poolName)) {
        pool.remove(poolName);
        poolName = same.get();
      } else {
        countNew(link);
      }
    } else if (link.added()) {
      countNew(link);
    }
    ListedMessage message = listed(name, encoded(poolName, name), link.status(), link.copied());
    if (!link.copied() && link.status().links() > 2) {
      // Another live name of it may come: that one needs no second link.
      Kept kept = new Kept(message.poolName(), Optional.empty());
      firstSeen += keptInodes.see(entry.inode(), kept) ? 1 : 0;
      return message;
    }
    return met(entry, message, link.copied() ? Optional.of(link.status()) : Optional.empty());
  }

  /** Mostly the pool name is the base name, and then the very same text. */
  private static String encoded(FileName poolName, MessageFileName name) {
    return poolName.equals(name.base()) ? name.base().encoded() : poolName.encoded();
  }

  private void countNew(Pool.Entry link) {
    newLinks++;
    newBytes += link.status().size();
  }

  private static ListedMessage listed(
      MessageFileName name, String poolName, FileStatus status, boolean copied) {
    return new ListedMessage(
        name.base().encoded(),
        poolName,
        name.flags(),
        name.keywords(),
        status.size(),
        status.modified(),
        copied ? 0 : status.inode(),
        OptionalLong.empty());
  }

  private static boolean unchanged(FileStatus live, ListedMessage copied) {
    return live.regularFile()
        && live.size() == copied.size()
        && live.modified().equals(copied.internalDate());
  }

  private void refuse(FileName name, String warning) {
    if (refused.add(name)) {
      warnings.accept(warning);
    }
  }

  /** The cause may be gone tomorrow without a trace in the directory: it must be listed again. */
  private void refuseForNow(FileName name, String warning) {
    refuse(name, warning);
    busy = true;
  }

  /** Whether the last pass proves what it saw. */
  boolean exact() {
    return exact;
  }

  /** Whether these are other states than those of the last pass. */
  boolean movedOn(DirectoryState cur, DirectoryState fresh) {
    return !cur.sameAs(curState) || !fresh.sameAs(freshState);
  }

  /**
   * Messages of the Snapshot before that no pass saw in this Folder, and that may be alive: they
   * still have a name outside of the Pool, or the Pool holds a file of its own, whose link count
   * tells nothing. Perhaps they were missed.
   */
  List<ListedMessage> stillAlive() throws IOException {
    Set<String> copies = new HashSet<>();
    for (Found message : found.values()) {
      if (message.kept.inode() == 0) {
        copies.add(message.kept.baseName() + '\t' + message.kept.poolName());
      }
    }
    List<ListedMessage> alive = new ArrayList<>();
    for (Map.Entry<Key, ListedMessage> entry : known.entrySet()) {
      ListedMessage message = entry.getValue();
      if (message.inode() == 0
          ? !copies.contains(message.baseName() + '\t' + message.poolName())
          : !found.containsKey(entry.getKey())
              && Pool.links(poolDirectory, FileName.ofEncoded(message.poolName())) > 1) {
        alive.add(message);
      }
    }
    return alive;
  }

  /** Keeps messages in the Listing that were not seen, because they cannot be called deleted. */
  void carry(List<ListedMessage> messages) {
    busy = true;
    for (ListedMessage message : messages) {
      FileName base = FileName.ofEncoded(message.baseName());
      found.put(
          new Key(message.baseName(), message.inode()),
          new Found(message, new MessageFileName(base, message.flags(), message.keywords())));
    }
  }

  void markBusy() {
    busy = true;
  }

  /** Messages that were new to the Pool. */
  long newLinks() {
    return newLinks;
  }

  /** Of the messages that were new to the Pool. */
  long newBytes() {
    return newBytes;
  }

  MaildirFolder folder() {
    return folder;
  }

  /** Whose files were taken for mail; -1 before the first pass. */
  long owner() {
    return owner;
  }

  /** The Folder in the Snapshot before. */
  @Nullable ManifestFolder before() {
    return before;
  }

  /** What the IMAP server wrote beside the messages. */
  private record Beside(UidList uids, SortedMap<Character, String> keywords) {}

  private Beside beside() throws IOException {
    try (DirectoryHandle directory = folder.open(root)) {
      return new Beside(UidList.read(directory, warnings), KeywordNames.read(directory, warnings));
    } catch (PosixException e) {
      // Deleted since: its messages were there a moment ago, without these.
      return new Beside(new UidList(OptionalLong.empty(), Map.of()), new TreeMap<>());
    }
  }

  /** Writes the Listing, where it is a new one, and returns the Folder for the Manifest. */
  ManifestFolder finish(MailboxStore store) throws IOException {
    Beside beside = beside();
    UidList uids = beside.uids();
    List<ListedMessage> messages = new ArrayList<>(found.size());
    for (Key key : known.keySet()) { // in order: so sorting is hardly more than a merge
      Found again = found.get(key);
      if (again != null) {
        messages.add(again.listed(uids));
      }
    }
    found.forEach(
        (key, message) -> {
          if (!known.containsKey(key)) {
            messages.add(message.listed(uids));
          }
        });
    messages.sort(
        Comparator.comparing(ListedMessage::baseName).thenComparingLong(ListedMessage::inode));
    long unread = messages.stream().filter(message -> !message.flags().seen()).count();
    Listing listing = new Listing(beside.keywords(), messages);
    // Nothing to write where the published Listing of the Snapshot before says the same.
    String digest =
        before != null && listing.equals(listingBefore) ? before.listing() : store.write(listing);
    return new ManifestFolder(
        folder.name(),
        folder.directory(),
        folder.subscribed(),
        folder.specialUse(),
        uids.validity(),
        busy,
        messages.size(),
        unread,
        digest,
        proven(curState),
        proven(freshState));
  }

  /**
   * Times prove nothing about the next night where the listing that they belong to was not exact.
   */
  private DirectoryState proven(DirectoryState state) {
    return exact ? state : state.unsettled();
  }

  private DirectoryState state(@Nullable DirectoryHandle directory, Instant now)
      throws IOException {
    return directory == null ? DirectoryState.MISSING : view.state(directory.status(), now);
  }
}
