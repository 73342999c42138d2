package org.mailtimemachine.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.FileType;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PercentEncoding;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.Manifest;
import org.mailtimemachine.snapshot.manifest.UnreadableFileException;

/**
 * The directory that holds all Pools and Manifests of a file system; its bytes are described in
 * {@code docs/on-disk-format.md}. Reading needs no lock and is safe for use by several threads and
 * processes while Snapshots are taken and expire; whoever writes holds the lock.
 */
public final class Store implements SnapshotStore, Closeable {

  private static final String FORMAT = "mail-time-machine-store 1";
  static final String FORMAT_NAME = "format";
  private static final FileName FORMAT_FILE = new FileName(FORMAT_NAME);
  private static final FileName STRATEGY_FILE = new FileName("strategy");
  private static final FileName LOCK_FILE = new FileName("lock");
  private static final FileName COPY_FILE = new FileName("copy");
  private static final FileName RUNS = new FileName("runs");
  private static final FileName CHECKS = new FileName("checks");
  private static final FileName DAMAGED = new FileName("damaged");
  private static final FileName RESTORES = new FileName("restores");
  private static final FileName CHANGED = new FileName(".changed");
  private static final FileName UNCLEAN = new FileName(".unclean");
  private static final Set<FileName> OWN =
      Set.of(FORMAT_FILE, STRATEGY_FILE, LOCK_FILE, COPY_FILE, RUNS, CHECKS, DAMAGED, RESTORES);

  private static final int LOCK_TRIES = 5;
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(20);

  private final DirectoryHandle root;
  private final DirectoryHandle runs;
  private final StorageStrategy strategy;
  private final boolean copy;

  private Store(DirectoryHandle root, StorageStrategy strategy) throws IOException {
    this.root = root;
    this.strategy = strategy;
    this.runs = root.directory(RUNS);
    this.copy = has(root, COPY_FILE);
  }

  private static boolean has(DirectoryHandle directory, FileName file) throws IOException {
    try {
      directory.status(file);
      return true;
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Opens an existing Store.
   *
   * @throws StoreException where there is none, or one of an unknown format
   */
  public static Store open(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      throw new StoreException("no store at " + path + ": a first take makes it");
    }
    DirectoryHandle root = DirectoryHandle.open(path);
    try {
      requireFormat(root, path);
      return new Store(root, strategy(root));
    } catch (IOException e) {
      root.close();
      throw e;
    }
  }

  /** Opens a Store, making one of hard links where the directory is missing or empty. */
  public static Store openOrMake(Path path) throws IOException {
    return openOrMake(path, Optional.empty());
  }

  /**
   * Opens a Store, making it (mode 0700) where the directory is missing or empty.
   *
   * @param strategy of one that is made, hard links where empty; one that keeps nothing yet takes
   *     it over, any other must have it
   * @throws StoreException where something else is there, or another strategy
   */
  static Store openOrMake(Path path, Optional<StorageStrategy> strategy) throws IOException {
    makeIfMissing(path, strategy.orElse(StorageStrategy.HARDLINK), false);
    Store store = open(path);
    try {
      if (strategy.isEmpty() || strategy.get() == store.strategy()) {
        return store;
      }
      if (store.mailboxes().isEmpty()) {
        record(store.root, strategy.get());
        store.close();
        return open(path);
      }
      throw new StoreException(
          "the store %s keeps by '%s', not by '%s': leave the strategy out, or change it as \"Storage strategies\" in docs/operations.md says"
              .formatted(path, store.strategy(), strategy.get()));
    } catch (IOException e) {
      store.close();
      throw e;
    }
  }

  /**
   * Opens a copy of a Store, making it (mode 0700) where the directory is missing or empty.
   *
   * @param strategy of the Store that it is a copy of
   * @throws StoreException where something else is there
   */
  static Store openOrMakeCopy(Path path, StorageStrategy strategy) throws IOException {
    makeIfMissing(path, strategy, true);
    Store copy = open(path);
    if (!copy.isCopy()) {
      copy.close();
      throw new StoreException(
          path + " is a store, and no copy of one: name a directory of its own");
    }
    return copy;
  }

  private static void makeIfMissing(Path path, StorageStrategy strategy, boolean copy)
      throws IOException {
    if (!Files.exists(path)) {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    try (DirectoryHandle root = DirectoryHandle.open(path)) {
      List<FileName> names = root.list().stream().map(DirectoryEntry::name).toList();
      if (!names.contains(FORMAT_FILE)) {
        // What a first start that was killed left: nothing but these.
        List<FileName> left =
            new ArrayList<>(
                List.of(
                    RUNS,
                    STRATEGY_FILE,
                    StoreFiles.unfinished(STRATEGY_FILE),
                    StoreFiles.unfinished(FORMAT_FILE)));
        if (copy) {
          left.addAll(List.of(COPY_FILE, StoreFiles.unfinished(COPY_FILE)));
        }
        if (!left.containsAll(names)) {
          throw new StoreException(
              path + " is neither empty nor a store: name a directory of its own");
        }
        root.makeDirectory(RUNS, 0700).close();
        record(root, strategy);
        if (copy) {
          StoreFiles.publish(root, COPY_FILE, new byte[0]);
        }
        StoreFiles.publish(root, FORMAT_FILE, (FORMAT + "\n").getBytes(StandardCharsets.US_ASCII));
      }
    }
  }

  private static void record(DirectoryHandle root, StorageStrategy strategy) throws IOException {
    byte[] text = (strategy.text() + "\n").getBytes(StandardCharsets.US_ASCII);
    StoreFiles.publish(root, STRATEGY_FILE, text);
  }

  private static void requireFormat(DirectoryHandle root, Path path) throws IOException {
    String format;
    try {
      format = new String(StoreFiles.read(root, FORMAT_FILE), StandardCharsets.US_ASCII).strip();
    } catch (PosixException e) {
      throw new StoreException(path + " is no store: it has no readable file 'format'", e);
    }
    if (!format.equals(FORMAT)) {
      throw new StoreException(
          path + " has the format '" + format + "'; this version knows '" + FORMAT + "'");
    }
  }

  /** Stores that were made before there was a choice have no such file. */
  private static StorageStrategy strategy(DirectoryHandle root) throws IOException {
    String text;
    try {
      text = new String(StoreFiles.read(root, STRATEGY_FILE), StandardCharsets.US_ASCII).strip();
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return StorageStrategy.HARDLINK;
      }
      throw e;
    }
    return StorageStrategy.of(text)
        .orElseThrow(
            () ->
                new StoreException(
                    "%s names the storage strategy '%s', which this version does not know"
                        .formatted(
                            root.describe(STRATEGY_FILE), PercentEncoding.encodeText(text))));
  }

  /** How it keeps Messages. */
  public StorageStrategy strategy() {
    return strategy;
  }

  /**
   * Whether it is a copy that {@link StoreCopy} has made: its Messages are files of its own, whose
   * inodes are not those that its Listings name.
   */
  boolean isCopy() {
    return copy;
  }

  /** Lets nights go on with a copy. Whoever calls holds the lock, and opens it again. */
  void noLongerCopy() throws IOException {
    StoreFiles.removeIfThere(root, COPY_FILE);
    root.sync();
  }

  /** Whether a domain can be kept under its own name. */
  static boolean canKeep(MailboxAddress mailbox) {
    return !OWN.contains(FileName.ofText(mailbox.domain())) && !mailbox.domain().startsWith(".");
  }

  DirectoryHandle root() {
    return root;
  }

  /** Whether a file of that name in its root is neither a domain nor unknown. */
  static boolean own(FileName name) {
    return OWN.contains(name);
  }

  /** The results of checks, by date; made where it is missing. */
  DirectoryHandle makeChecks() throws IOException {
    DirectoryHandle checks = root.makeDirectory(CHECKS, 0700);
    root.sync();
    return checks;
  }

  /**
   * The result of the last check that was recorded.
   *
   * @param today what a clock that was ahead has dated later does not count
   */
  public Optional<CheckRecord> lastCheck(LocalDate today) throws IOException {
    try (DirectoryHandle checks = root.directory(CHECKS)) {
      return CheckRecord.last(checks, today);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Whether nothing was ever kept in it. */
  private boolean unused() throws IOException {
    try (DirectoryHandle handle = root.directory(new FileName("."))) {
      return visible().isEmpty()
          && Set.of(FORMAT_FILE, STRATEGY_FILE, LOCK_FILE, RUNS)
              .containsAll(handle.list().stream().map(DirectoryEntry::name).toList());
    }
  }

  /**
   * Removes what makes a directory a Store, unless something is kept in it. Whoever calls holds the
   * lock; nothing can be done with this one afterwards.
   *
   * @return whether it was removed
   */
  boolean discard() throws IOException {
    if (!unused()) {
      return false;
    }
    try (DirectoryHandle handle = root.directory(RUNS)) {
      for (DirectoryEntry entry : handle.list()) {
        StoreFiles.removeIfThere(runs, entry.name());
      }
    }
    // What is left where this is killed is a Store without anything, or what a first start leaves.
    for (FileName file : List.of(LOCK_FILE, FORMAT_FILE, STRATEGY_FILE)) {
      StoreFiles.removeIfThere(root, file);
    }
    root.removeDirectory(RUNS);
    return true;
  }

  /** The file system that it lies on. */
  long device() throws IOException {
    return root.status().device();
  }

  /**
   * Takes the lock that whoever writes holds; it ends with the process at the latest.
   *
   * @throws StoreBusyException where somebody else holds it
   */
  StoreLock lock() throws IOException {
    NewFile file = root.append(LOCK_FILE, 0600);
    try {
      for (int tries = 0; !file.tryLock(); tries++) {
        if (tries == LOCK_TRIES) {
          throw new StoreBusyException(
              "another take or expiry is at work on "
                  + root.path()
                  + ": wait until it has finished");
        }
        Thread.sleep(BETWEEN_TRIES); // perhaps somebody only asked whether it is held
      }
      file.touch(); // so that its time is "now" on the clock that stamps the directories
      Instant now = root.status(LOCK_FILE).modified();
      long since = System.nanoTime();
      return new StoreLock(file, () -> now.plusNanos(System.nanoTime() - since));
    } catch (InterruptedException e) {
      file.close();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the store was locked: " + root.path(), e);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /**
   * The held lock.
   *
   * @param fileSystemTime the clock of the file system itself, which may be another machine's
   */
  record StoreLock(NewFile file, InstantSource fileSystemTime) implements Closeable {
    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** All finished runs whose record can be read, by name. */
  public List<Run> runs() throws IOException {
    List<Run> all = new ArrayList<>();
    for (SnapshotName name : visible()) {
      try {
        run(name).ifPresent(all::add);
      } catch (DamagedFileException e) {
        // Its Snapshots are there all the same; check reports the record.
      }
    }
    return all;
  }

  /** Why the record of a run cannot be read, of those whose Snapshots are there all the same. */
  public SortedMap<SnapshotName, String> unreadableRuns() throws IOException {
    SortedMap<SnapshotName, String> unreadable = new TreeMap<>();
    for (SnapshotName name : visible()) {
      try {
        run(name);
      } catch (DamagedFileException e) {
        unreadable.put(name, String.valueOf(e.getMessage()));
      }
    }
    return unreadable;
  }

  /**
   * The record of a finished run.
   *
   * @throws DamagedFileException where its file is damaged or the disk does not give it: what is
   *     wrong with one record must not keep anybody from all others
   */
  public Optional<Run> run(SnapshotName name) throws IOException {
    FileName file = new FileName(name.text());
    try {
      return Optional.of(Run.parse(StoreFiles.read(runs, file), runs.describe(file)));
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      if (e.is(Errno.EIO)) {
        throw new UnreadableFileException(runs.describe(file), e);
      }
      throw e;
    }
  }

  /** Marks a run as begun, until {@link #publish} ends it. */
  RunMark begin(SnapshotName name, Instant started) throws IOException {
    if (unclean().filter(file -> file.covers(List.of(name))).isPresent()) {
      // What this run may leave is not in it. Gone for good before anything is left.
      StoreFiles.removeIfThere(runs, UNCLEAN);
      runs.sync();
    }
    return RunMark.make(runs, name, started);
  }

  /**
   * The runs that were begun and have no record yet, by name: one that goes on at most, and what
   * takes that died or failed have left.
   */
  public List<UnfinishedRun> unfinished() throws IOException {
    List<UnfinishedRun> unfinished = new ArrayList<>();
    try (DirectoryHandle handle = root.directory(RUNS)) {
      for (DirectoryEntry entry : handle.list()) {
        if (entry.name().hidden()) {
          Optional<SnapshotName> name = SnapshotName.parse(entry.name().bytes().substring(1));
          if (name.isPresent()) {
            unfinished(handle, name.get()).ifPresent(unfinished::add);
          }
        }
      }
    }
    unfinished.sort(Comparator.comparing(UnfinishedRun::name));
    return unfinished;
  }

  private Optional<UnfinishedRun> unfinished(DirectoryHandle handle, SnapshotName name)
      throws IOException {
    FileName mark = RunMark.name(name);
    try {
      // Whoever takes the lock touches it: a mark that is older than that is not of its holder.
      boolean alive =
          !handle.status(mark).modified().isBefore(root.status(LOCK_FILE).modified()) && locked();
      return RunMark.read(name, StoreFiles.read(handle, mark), alive);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty(); // it ended meanwhile
      }
      throw e;
    }
  }

  /** Whether somebody holds the lock. Asking holds it for a moment, which {@link #lock} expects. */
  private boolean locked() throws IOException {
    try (NewFile file = root.append(LOCK_FILE, 0600)) {
      return !file.tryLock();
    } catch (PosixException e) {
      if (e.is(Errno.EROFS) || e.is(Errno.EACCES)) {
        return false; // a copy that somebody looks at
      }
      throw e;
    }
  }

  /** The runs that were begun and have not ended. */
  List<SnapshotName> begun() throws IOException {
    List<SnapshotName> names = new ArrayList<>();
    try (DirectoryHandle handle = root.directory(RUNS)) {
      for (DirectoryEntry entry : handle.list()) {
        if (entry.name().hidden()) {
          SnapshotName.parse(entry.name().bytes().substring(1)).ifPresent(names::add);
        }
      }
    }
    return names;
  }

  /** Which Mailboxes what takes left could not be removed of; empty where nobody knows. */
  Optional<UncleanMailboxes> unclean() throws IOException {
    try {
      return Optional.of(
          UncleanMailboxes.parse(StoreFiles.read(runs, UNCLEAN), runs.describe(UNCLEAN)));
    } catch (DamagedFileException e) {
      return Optional.empty();
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.EIO)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Writes down which Mailboxes what takes left could not be removed of. */
  void publish(UncleanMailboxes unclean) throws IOException {
    StoreFiles.publish(runs, UNCLEAN, unclean.toBytes());
  }

  /** Forgets runs that were begun, when nothing is left of them. */
  void forget(List<SnapshotName> begun) throws IOException {
    StoreFiles.removeIfThere(runs, StoreFiles.unfinished(UNCLEAN));
    for (SnapshotName name : begun) {
      FileName file = new FileName(name.text());
      StoreFiles.removeIfThere(runs, StoreFiles.unfinished(file));
      StoreFiles.removeIfThere(runs, RunMark.name(name));
    }
    StoreFiles.removeIfThere(runs, UNCLEAN);
  }

  /** Makes all Snapshots of a run visible at once. */
  void publish(Run run) throws IOException {
    FileName name = new FileName(run.name().text());
    StoreFiles.publish(runs, name, run.toBytes());
    // Only now: without it, and without the record, nobody would know of what a killed take left.
    StoreFiles.removeIfThere(runs, RunMark.name(run.name()));
  }

  /** Whether a run of that name was begun and has not ended. */
  boolean begun(SnapshotName name) throws IOException {
    return has(runs, RunMark.name(name));
  }

  /** Writes the record of a run anew; its Snapshots stay what they are. */
  void rewrite(Run run) throws IOException {
    StoreFiles.publish(runs, new FileName(run.name().text()), run.toBytes());
  }

  /** Keeps another link of a run record, for a person, before it is replaced. */
  void setAside(SnapshotName name, LocalDate today) throws IOException {
    try (DirectoryHandle damaged = root.makeDirectory(DAMAGED, 0700)) {
      FileName copy = new FileName(today + "~" + name);
      StoreFiles.removeIfThere(damaged, copy);
      runs.link(new FileName(name.text()), damaged, copy);
    }
  }

  /** Removes the records of runs of which no Mailbox has a Snapshot any more. */
  void withdraw(Collection<SnapshotName> names) throws IOException {
    for (SnapshotName name : names) {
      FileName record = new FileName(name.text());
      StoreFiles.removeIfThere(runs, StoreFiles.unfinished(record)); // nobody would write it again
      StoreFiles.removeIfThere(runs, record);
    }
    runs.sync();
  }

  /** Makes {@link #version} differ, for what changed without a run record. */
  void changed() throws IOException {
    StoreFiles.publish(runs, CHANGED, new byte[0]);
  }

  /**
   * Keeps a Snapshot of a Mailbox from expiring, from the moment that this returns. Needs no lock:
   * an expiry hides a Manifest before it looks for pins the last time.
   *
   * @throws StoreException where there is no such Snapshot, or it expired just now
   */
  public void pin(MailboxAddress mailbox, Pin pin) throws IOException {
    try (MailboxStore kept = require(mailbox)) {
      kept.pins().add(pin);
      if (run(pin.snapshot()).isEmpty() || !kept.names().contains(pin.snapshot())) {
        kept.pins().remove(pin.snapshot(), pin.id());
        throw new StoreException("no snapshot " + pin.snapshot() + " of " + mailbox);
      }
    }
  }

  /** Takes one pin away; one that is not there is no error. */
  public void unpin(MailboxAddress mailbox, SnapshotName snapshot, String id) throws IOException {
    try (MailboxStore kept = require(mailbox)) {
      kept.pins().remove(snapshot, id);
    }
  }

  /** All pins of a Mailbox, by Snapshot and id, those among them that count no longer too. */
  @Override
  public List<Pin> pins(MailboxAddress mailbox) throws IOException {
    Optional<MailboxStore> found = MailboxStore.find(root, mailbox);
    if (found.isEmpty()) {
      return List.of();
    }
    try (MailboxStore kept = found.get()) {
      return kept.pins().all();
    }
  }

  /** The names of all visible Snapshots, oldest first. */
  public List<SnapshotName> visible() throws IOException {
    List<SnapshotName> names = new ArrayList<>();
    // A handle of its own: reading a directory moves the position of the one that is shared.
    try (DirectoryHandle handle = root.directory(RUNS)) {
      for (DirectoryEntry entry : handle.list()) {
        if (!entry.name().hidden()) {
          SnapshotName.parse(entry.name().bytes()).ifPresent(names::add);
        }
      }
    }
    names.sort(null);
    return names;
  }

  @Override
  public String version() throws IOException {
    FileStatus status = runs.status();
    return visible().hashCode() + "@" + status.changed();
  }

  @Override
  public List<MailboxAddress> mailboxes() throws IOException {
    List<MailboxAddress> mailboxes = new ArrayList<>();
    try (DirectoryHandle handle = root.directory(new FileName("."))) {
      for (DirectoryEntry domain : handle.list()) {
        if (!OWN.contains(domain.name()) && !domain.name().hidden() && directory(handle, domain)) {
          addMailboxes(domain.name(), mailboxes);
        }
      }
    }
    mailboxes.sort(null);
    return mailboxes;
  }

  private void addMailboxes(FileName domain, List<MailboxAddress> mailboxes) throws IOException {
    try (DirectoryHandle handle = root.directory(domain)) {
      for (DirectoryEntry entry : handle.list()) {
        if (directory(handle, entry)) {
          mailboxes.add(new MailboxAddress(entry.name().text(), domain.text()));
        }
      }
    }
  }

  private static boolean directory(DirectoryHandle parent, DirectoryEntry entry)
      throws IOException {
    return entry.type() == FileType.DIRECTORY
        || (entry.type() == FileType.UNKNOWN && parent.status(entry.name()).directory());
  }

  @Override
  public List<SnapshotName> snapshots(MailboxAddress mailbox) throws IOException {
    Optional<MailboxStore> found = MailboxStore.find(root, mailbox);
    if (found.isEmpty()) {
      return List.of();
    }
    Set<SnapshotName> visible = Set.copyOf(visible());
    try (MailboxStore store = found.get()) {
      return store.names().stream().filter(visible::contains).toList();
    }
  }

  @Override
  public Instant takenAt(MailboxAddress mailbox, SnapshotName name) throws IOException {
    return run(name).orElseThrow(() -> new StoreException("no snapshot " + name)).started();
  }

  @Override
  public Manifest manifest(MailboxAddress mailbox, SnapshotName name) throws IOException {
    try (MailboxStore store = require(mailbox)) {
      if (run(name).isEmpty()) {
        throw new StoreException("no snapshot " + name + " of " + mailbox);
      }
      return store.manifest(name);
    }
  }

  @Override
  public Listing listing(MailboxAddress mailbox, String digest) throws IOException {
    try (MailboxStore store = require(mailbox)) {
      return store.listing(digest);
    }
  }

  /**
   * The Pool of a Mailbox, to read and to link Messages out of it. Nothing in it may be changed:
   * its files are the files of the live mail. Close it after use.
   */
  public DirectoryHandle poolDirectory(MailboxAddress mailbox) throws IOException {
    try (MailboxStore store = require(mailbox)) {
      return store.pool().directory(new FileName("."));
    }
  }

  /** Where restores keep what they are about to do and what they did; made where it is missing. */
  public DirectoryHandle restores() throws IOException {
    try {
      return root.directory(RESTORES);
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
    DirectoryHandle restores = StoreFiles.directory(root, RESTORES);
    root.sync();
    return restores;
  }

  @Override
  public StoredMessage message(MailboxAddress mailbox, String poolName) throws IOException {
    try (MailboxStore store = require(mailbox)) {
      return new StoredFile(store.pool().file(FileName.ofEncoded(poolName)));
    }
  }

  @Override
  public OpenPool pool(MailboxAddress mailbox) throws IOException {
    MailboxStore store = require(mailbox);
    return new OpenPool() {
      @Override
      public StoredMessage message(String poolName) throws IOException {
        return new StoredFile(store.pool().file(FileName.ofEncoded(poolName)));
      }

      @Override
      public void close() {
        store.close();
      }
    };
  }

  @Override
  public Map<String, String> digests(MailboxAddress mailbox) throws IOException {
    try (MailboxStore store = require(mailbox)) {
      Map<String, String> digests = new HashMap<>();
      store.digests().read().byPoolName().forEach((name, d) -> digests.put(name, d.sha256()));
      return digests;
    }
  }

  @Override
  public void recordDigests(MailboxAddress mailbox, Map<String, String> digests)
      throws IOException {
    try (MailboxStore store = require(mailbox)) {
      store.digests().record(digests);
    }
  }

  private MailboxStore require(MailboxAddress mailbox) throws IOException {
    return MailboxStore.find(root, mailbox)
        .orElseThrow(() -> new StoreException("no snapshots of " + mailbox + " in " + root.path()));
  }

  @Override
  public void close() {
    runs.close();
    root.close();
  }
}
