package org.mailtimemachine.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.Lines;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.Manifest;

/** What a Store keeps of one Mailbox: its Pool, its Listings, its Manifests, its digests. */
final class MailboxStore implements Closeable {

  private static final FileName POOL = new FileName("pool");
  private static final FileName LISTINGS = new FileName("listings");
  private static final FileName SNAPSHOTS = new FileName("snapshots");
  private static final FileName DAMAGED = new FileName("damaged");
  private static final String ZIPPED = ".gz";

  /** The first is what tells that all are there: it is made last, and removed first. */
  private static final List<FileName> PARTS = List.of(SNAPSHOTS, LISTINGS, POOL, Pins.PINS);

  /** Before the name of a Manifest that an expiry is about to remove. */
  private static final String EXPIRING = ".~";

  private final MailboxAddress mailbox;
  private final DirectoryHandle directory;
  private final DirectoryHandle snapshots;

  /** Opened when somebody needs them: a night of a Mailbox without changes does not. */
  private @Nullable DirectoryHandle pool;

  private @Nullable DirectoryHandle listings;

  private MailboxStore(
      MailboxAddress mailbox, DirectoryHandle directory, DirectoryHandle snapshots) {
    this.mailbox = mailbox;
    this.directory = directory;
    this.snapshots = snapshots;
  }

  /** Takes over the handle of its directory, also where it fails. */
  private static MailboxStore open(MailboxAddress mailbox, DirectoryHandle directory)
      throws IOException {
    try {
      return new MailboxStore(mailbox, directory, directory.directory(SNAPSHOTS));
    } catch (IOException e) {
      directory.close();
      throw e;
    }
  }

  /** Opens what is there; empty where the Store never kept anything of this Mailbox. */
  static Optional<MailboxStore> find(DirectoryHandle store, MailboxAddress mailbox)
      throws IOException {
    try (DirectoryHandle domain = store.directory(FileName.ofText(mailbox.domain()))) {
      DirectoryHandle directory = domain.directory(FileName.ofText(mailbox.localPart()));
      return Optional.of(open(mailbox, directory));
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Opens it, making what is missing. */
  static MailboxStore make(DirectoryHandle store, MailboxAddress mailbox) throws IOException {
    try (DirectoryHandle domain = store.makeDirectory(FileName.ofText(mailbox.domain()), 0700)) {
      DirectoryHandle directory = domain.makeDirectory(FileName.ofText(mailbox.localPart()), 0700);
      try {
        // SNAPSHOTS comes last: where it is, a make that was killed had made the others.
        for (FileName part : List.of(POOL, LISTINGS, SNAPSHOTS)) {
          directory.makeDirectory(part, 0700).close();
        }
      } catch (IOException e) {
        directory.close();
        throw e;
      }
      return open(mailbox, directory);
    }
  }

  /**
   * Removes the directory of a Mailbox that nothing is kept of; where anything lies in it but pins
   * of what is gone, all stays. Whoever calls holds the lock of the Store.
   */
  static void removeIfEmpty(DirectoryHandle store, MailboxAddress mailbox) throws IOException {
    FileName user = FileName.ofText(mailbox.localPart());
    FileName domain = FileName.ofText(mailbox.domain());
    try (DirectoryHandle parent = store.directory(domain)) {
      try (DirectoryHandle directory = parent.directory(user)) {
        for (DirectoryEntry entry : directory.list()) {
          boolean empty = PARTS.contains(entry.name()) && isEmpty(directory, entry.name());
          if (!empty && !entry.name().equals(Pins.PINS) && !Digests.isFile(entry.name())) {
            return;
          }
        }
        new Pins(directory).clear();
        for (FileName part : PARTS) {
          removeDirectoryIfThere(directory, part);
        }
        Digests.remove(directory);
      }
      parent.removeDirectory(user);
      if (isEmpty(store, domain)) {
        store.removeDirectory(domain);
      }
    } catch (PosixException e) {
      // A pin or a digest that came meanwhile, for what is gone: the next expiry looks again.
      if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTEMPTY)) {
        throw e;
      }
    }
  }

  private static boolean isEmpty(DirectoryHandle parent, FileName name) throws IOException {
    try (DirectoryHandle directory = parent.directory(name)) {
      return directory.list().isEmpty();
    }
  }

  private static void removeDirectoryIfThere(DirectoryHandle parent, FileName name)
      throws IOException {
    try {
      parent.removeDirectory(name);
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  MailboxAddress mailbox() {
    return mailbox;
  }

  DirectoryHandle pool() throws IOException {
    DirectoryHandle open = pool;
    if (open == null) {
      open = directory.directory(POOL);
      pool = open;
    }
    return open;
  }

  DirectoryHandle listingsDirectory() throws IOException {
    DirectoryHandle open = listings;
    if (open == null) {
      open = directory.directory(LISTINGS);
      listings = open;
    }
    return open;
  }

  /** The directory that all of it lies in. */
  DirectoryHandle directory() {
    return directory;
  }

  DirectoryHandle snapshotsDirectory() {
    return snapshots;
  }

  Digests digests() {
    return new Digests(directory);
  }

  Pins pins() {
    return new Pins(directory);
  }

  /** The names of all published Manifests, visible or not, oldest first. */
  List<SnapshotName> names() throws IOException {
    return List.copyOf(manifests().keySet());
  }

  /** All published Manifests and their inodes, oldest first: those that are equal share one. */
  SortedMap<SnapshotName, Long> manifests() throws IOException {
    SortedMap<SnapshotName, Long> manifests = new TreeMap<>();
    for (DirectoryEntry entry : snapshots.list()) {
      if (!entry.name().hidden()) {
        SnapshotName.parse(entry.name().bytes())
            .ifPresent(name -> manifests.put(name, entry.inode()));
      }
    }
    return manifests;
  }

  Manifest manifest(SnapshotName name) throws IOException {
    return manifest(file(name));
  }

  /** One that an expiry {@link #hide hid}. */
  Manifest hiddenManifest(SnapshotName name) throws IOException {
    return manifest(new FileName(EXPIRING + name));
  }

  private Manifest manifest(FileName file) throws IOException {
    return Manifest.parse(StoreFiles.readZipped(snapshots, file), snapshots.describe(file));
  }

  Listing listing(String digest) throws IOException {
    FileName file = new FileName(digest + ZIPPED);
    return Listing.parse(
        StoreFiles.readZipped(listingsDirectory(), file),
        digest,
        listingsDirectory().describe(file));
  }

  /** The text of a Listing, verified. */
  byte[] listingText(String digest) throws IOException {
    FileName file = new FileName(digest + ZIPPED);
    byte[] text = StoreFiles.readZipped(listingsDirectory(), file);
    if (!Lines.sha256(text).equals(digest)) {
      throw new DamagedFileException(
          listingsDirectory().describe(file), "its content is another's");
    }
    return text;
  }

  /** Writes a Listing, unless it is there already. @return its digest */
  String write(Listing listing) throws IOException {
    Lines.Text text = listing.toText();
    String digest = text.sha256();
    FileName name = new FileName(digest + ZIPPED);
    try {
      if (Lines.sha256(StoreFiles.readZipped(listingsDirectory(), name)).equals(digest)) {
        return digest; // an older Snapshot may name it: what is good on disk is not written over
      }
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT) && !e.is(Errno.EIO)) {
        throw e;
      }
    } catch (DamagedFileException e) {
      // After a power cut it can be empty; then, or on a bad sector, it is written again.
    }
    FileName hidden = StoreFiles.hidden(name);
    StoreFiles.writeZipped(listingsDirectory(), hidden, text.bytes());
    listingsDirectory().rename(hidden, listingsDirectory(), name);
    return digest;
  }

  /** Writes a Manifest that nothing looks at yet. */
  void stage(SnapshotName name, Manifest manifest) throws IOException {
    StoreFiles.writeZipped(snapshots, StoreFiles.hidden(file(name)), manifest.toBytes());
  }

  /** Stages the Manifest of another Snapshot, because nothing changed since. */
  void stageSame(SnapshotName name, SnapshotName unchangedSince) throws IOException {
    FileName hidden = StoreFiles.hidden(file(name));
    try {
      snapshots.link(file(unchangedSince), snapshots, hidden);
    } catch (PosixException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
      StoreFiles.removeIfThere(snapshots, hidden); // of a take that was killed
      snapshots.link(file(unchangedSince), snapshots, hidden);
    }
  }

  /** Publishes what was staged, over what a take that did not finish may have left. */
  void publish(SnapshotName name) throws IOException {
    FileName hidden = StoreFiles.hidden(file(name));
    snapshots.rename(hidden, snapshots, file(name));
    // Two names of one inode: rename(2) leaves both.
    StoreFiles.removeIfThere(snapshots, hidden);
  }

  void remove(SnapshotName name) throws IOException {
    StoreFiles.removeIfThere(snapshots, file(name));
  }

  /** Removes what a crash left: Manifests that no take will publish any more. */
  void removeStaged() throws IOException {
    for (DirectoryEntry entry : snapshots.list()) {
      if (entry.name().hidden() && !entry.name().bytes().startsWith(EXPIRING)) {
        StoreFiles.removeIfThere(snapshots, entry.name());
      }
    }
  }

  /** Takes a Manifest out of sight, to be removed or {@link #reveal revealed}. */
  void hide(SnapshotName name) throws IOException {
    FileName expiring = new FileName(EXPIRING + name);
    snapshots.rename(file(name), snapshots, expiring);
    // Two names of one inode: rename(2) leaves both.
    StoreFiles.removeIfThere(snapshots, file(name));
  }

  void reveal(SnapshotName name) throws IOException {
    FileName expiring = new FileName(EXPIRING + name);
    snapshots.rename(expiring, snapshots, file(name));
    StoreFiles.removeIfThere(snapshots, expiring);
  }

  void removeHidden(SnapshotName name) throws IOException {
    StoreFiles.removeIfThere(snapshots, new FileName(EXPIRING + name));
  }

  /** Manifests that were hidden and neither removed nor revealed. */
  List<SnapshotName> hidden() throws IOException {
    List<SnapshotName> names = new ArrayList<>();
    for (DirectoryEntry entry : snapshots.list()) {
      if (entry.name().bytes().startsWith(EXPIRING)) {
        SnapshotName.parse(entry.name().bytes().substring(EXPIRING.length())).ifPresent(names::add);
      }
    }
    return names;
  }

  /** Keeps another link of a Manifest, for a person, before it is removed or replaced. */
  void setAside(SnapshotName name, LocalDate today) throws IOException {
    try (DirectoryHandle damaged = directory.makeDirectory(DAMAGED, 0700)) {
      snapshots.link(file(name), damaged, free(damaged, today + "~" + name));
    }
  }

  /** Moves a Listing away, for a person; one that is not there is no error. */
  void setListingAside(String digest, LocalDate today) throws IOException {
    try (DirectoryHandle damaged = directory.makeDirectory(DAMAGED, 0700)) {
      FileName file = new FileName(digest + ZIPPED);
      listingsDirectory().rename(file, damaged, free(damaged, today + "~" + file));
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  private static FileName free(DirectoryHandle damaged, String wanted) throws IOException {
    Set<FileName> taken =
        damaged.list().stream().map(DirectoryEntry::name).collect(Collectors.toSet());
    FileName name = new FileName(wanted);
    for (int number = 2; taken.contains(name); number++) {
      name = new FileName(wanted + "~" + number);
    }
    return name;
  }

  /**
   * Whether something damaged was set aside on that date or later, or of a Snapshot, whenever that
   * was, that a pin keeps since then: somebody may yet read what it named.
   */
  boolean damagedSince(LocalDate date) throws IOException {
    try (DirectoryHandle damaged = directory.directory(DAMAGED)) {
      Set<SnapshotName> pinned = pins().pinned(date);
      return damaged.list().stream()
          .map(entry -> entry.name().bytes())
          .anyMatch(
              name ->
                  name.compareTo(date.toString()) >= 0
                      || damagedSnapshot(name).filter(pinned::contains).isPresent());
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  /** Whose Manifest was set aside under that name. */
  private static Optional<SnapshotName> damagedSnapshot(String name) {
    String[] parts = name.split("~", 3); // <date>~<snapshot>, or <date>~<snapshot>~<number>
    return parts.length < 2 ? Optional.empty() : SnapshotName.parse(parts[1]);
  }

  /**
   * Counts the unfinished files that a crash left, and may remove them; those of the Pool are not
   * among them.
   */
  long leftovers(boolean remove) throws IOException {
    long number = 0;
    for (DirectoryHandle part : List.of(directory, listingsDirectory(), snapshots)) {
      for (DirectoryEntry entry : part.list()) {
        if (entry.name().hidden() && !entry.name().bytes().startsWith(EXPIRING)) {
          number++;
          if (remove) {
            StoreFiles.removeIfThere(part, entry.name());
          }
        }
      }
    }
    return number;
  }

  /** The digests of all Listings that are there; what else lies there, by its name. */
  List<String> listings() throws IOException {
    return listingsDirectory().list().stream()
        .map(entry -> entry.name().bytes())
        .map(
            name ->
                name.endsWith(ZIPPED) ? name.substring(0, name.length() - ZIPPED.length()) : name)
        .toList();
  }

  void removeListing(String digest) throws IOException {
    StoreFiles.removeIfThere(listingsDirectory(), new FileName(digest + ZIPPED));
    StoreFiles.removeIfThere(listingsDirectory(), new FileName(digest));
  }

  private static FileName file(SnapshotName name) {
    return new FileName(name.text());
  }

  @Override
  public void close() {
    snapshots.close();
    if (listings != null) {
      listings.close();
    }
    if (pool != null) {
      pool.close();
    }
    directory.close();
  }
}
