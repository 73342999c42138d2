package org.mailtimemachine.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.Manifest;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;
import org.mailtimemachine.snapshot.manifest.UnknownFormatException;

/**
 * Takes Snapshots of all Mailboxes of a host into a Store. What is visible afterwards is complete
 * and on disk; a process that is killed at any moment leaves nothing visible, and the next take
 * makes it good. One take or expiry at a time works on a Store; readers are not disturbed.
 */
public final class SnapshotEngine implements Closeable {

  /** Mailboxes that one sync of the file system makes durable together. */
  private static final int BATCH = 1_000;

  /** Mailboxes that are gone and named one by one. */
  private static final int MOST_GONE = 100;

  /** Users without a Maildir that are named. */
  private static final int MOST_NEVER = 10;

  private static final String MAILDIR_AWAY =
      "the user database names it, and its Maildir is not there";

  static final String OTHER_FILE_SYSTEM =
      "hard links cannot cross from one file system or mount to another: put the store on that of"
          + " the Maildirs, for example beside them, or make one with the storage strategy 'copy'";

  private final Store store;
  private final MailboxSettings mail;
  private final ViewSource views;
  private final Clock clock;
  private final NewStore fresh;

  private SnapshotEngine(
      Store store, MailboxSettings mail, ViewSource views, Clock clock, NewStore fresh) {
    this.store = store;
    this.mail = mail;
    this.views = views;
    this.clock = clock;
    this.fresh = fresh;
  }

  /**
   * Opens the Store with its own strategy, or makes one of hard links where it is missing; see
   * {@link #open(MailboxSettings, Path, Optional, Clock)}.
   *
   * @param maildirs the directory that holds {@code <domain>/<user>} Maildirs
   */
  public static SnapshotEngine open(Path maildirs, Path store, Clock clock) throws IOException {
    return open(maildirs, store, Optional.empty(), clock);
  }

  /** The same, with a strategy for a new Store. */
  public static SnapshotEngine open(
      Path maildirs, Path store, Optional<StorageStrategy> strategy, Clock clock)
      throws IOException {
    return open(MailboxSettings.inDirectories(maildirs), store, strategy, clock);
  }

  /**
   * Opens the Store, making it where it is missing, after a check that its strategy can work there.
   *
   * @param mail where the Mailboxes are
   * @param strategy what a new Store is made with; an existing one must have it
   * @param clock in the zone of the host
   * @throws StoreException where the strategy cannot work between these two places, or the Store
   *     has another one, or cannot be used
   */
  public static SnapshotEngine open(
      MailboxSettings mail, Path store, Optional<StorageStrategy> strategy, Clock clock)
      throws IOException {
    Path maildirs = mail.root();
    if (!Files.isDirectory(maildirs)) {
      throw new StoreException("there is no directory " + maildirs + " with Maildirs in it");
    }
    if (strategy.orElse(StorageStrategy.HARDLINK).links() && !Files.exists(store)) {
      // Before anything is made in the wrong place.
      StrategyProbe.requireOneFileSystem(maildirs, store);
    }
    NewStore fresh = NewStore.before(store);
    Store opened = Store.openOrMake(store, strategy);
    try {
      if (opened.isCopy()) {
        throw new StoreException(
            store
                + " is a copy of a store, and no night adds to it: 'mtm store adopt' makes it one"
                + " where the store was lost");
      }
      ViewSource views = StrategyProbe.check(opened.strategy(), maildirs, store);
      if (opened.strategy().freezes()) {
        tryOut(opened, views);
      }
      return new SnapshotEngine(opened, mail, views, clock, fresh);
    } catch (IOException e) {
      fresh.discardLocked(opened, e);
      opened.close();
      throw e;
    }
  }

  /** Only a snapshot of the file system shows whether one may be made and removed again. */
  private static void tryOut(Store store, ViewSource views) throws IOException {
    Store.StoreLock lock;
    try {
      lock = store.lock();
    } catch (StoreException e) {
      return; // a take is at work: it can
    }
    try (lock) {
      views.open(lock.fileSystemTime()).close();
    }
  }

  public Store store() {
    return store;
  }

  /** A name for a Snapshot taken by hand now, in the zone of the clock, that no other one has. */
  public SnapshotName nameByHand() throws IOException {
    LocalDateTime time = LocalDateTime.ofInstant(clock.instant(), clock.getZone());
    Set<SnapshotName> taken = Set.copyOf(store.visible());
    SnapshotName name = SnapshotName.byHand(time);
    for (int second = 0; taken.contains(name); second++) {
      name = SnapshotName.byHandInSecond(time.plusSeconds(second));
    }
    return name;
  }

  /** Takes a Snapshot of every Mailbox; see {@link #take(SnapshotName, Set, TakeProgress)}. */
  public Run take(SnapshotName name, TakeProgress progress) throws IOException {
    return take(name, Set.of(), progress);
  }

  /**
   * Takes a Snapshot of these Mailboxes. A name that has been taken already keeps what it has: only
   * Mailboxes that have no Snapshot of that name yet are taken.
   *
   * @param only these; all of the host where empty
   * @throws StoreBusyException where another take or expiry is at work
   * @throws StoreException where no Mailbox is found or none could be taken, or the disk is full;
   *     nothing is visible then that was not before
   * @throws IOException where the source of the Mailboxes cannot be asked, or the thread was
   *     interrupted between two of them: the same
   */
  public Run take(SnapshotName name, Set<MailboxAddress> only, TakeProgress progress)
      throws IOException {
    try (Store.StoreLock lock = store.lock()) {
      try (View view = views.open(lock.fileSystemTime())) {
        return take(name, only, progress, view);
      } catch (IOException e) {
        fresh.discard(store, e);
        throw e;
      }
    }
  }

  private Run take(SnapshotName name, Set<MailboxAddress> only, TakeProgress progress, View view)
      throws IOException {
    Optional<Run> earlier;
    boolean damaged = false;
    try {
      earlier = store.run(name);
      if (earlier.isPresent() && store.begun(name)) {
        earlier = Optional.of(recounted(earlier.get()));
      }
    } catch (UnknownFormatException e) {
      throw e; // a later version wrote it, and this one would take its place
    } catch (DamagedFileException e) {
      damaged = true;
      earlier = Optional.of(fromManifests(name, e));
    }
    Take take =
        new Take(name, only.isEmpty(), earlier, Set.copyOf(store.visible()), view, clock.instant());
    // What an unfinished take left may be what fills the disk.
    new Leftovers(store, take::warn).remove();
    Reserve.require(store.root());
    // The source is asked first: where it is down, nothing was begun.
    try (MailHost host = MailHost.open(view.root(), mail.mailboxes(), take::warn, take::failed)) {
      List<MailHost.Located> all = host.mailboxes();
      List<MailHost.Located> mailboxes =
          all.stream()
              .filter(located -> only.isEmpty() || only.contains(located.mailbox()))
              .toList();
      if (mailboxes.isEmpty() && !only.isEmpty()) {
        throw new StoreException("not found in %s: %s".formatted(mail.root(), only));
      }
      if (mailboxes.isEmpty()) {
        throw new StoreException(
            "no mailbox found in %s: looked for %s%s"
                .formatted(mail.root(), mail.mailboxes(), take.failures()));
      }
      if (only.isEmpty()) {
        noteWithoutMaildir(host.withoutMaildir(), take);
        noteGone(all, take);
        view.unseen(mailboxes.stream().map(MailHost.Located::path).toList()).forEach(take::failed);
      }
      takeMarked(host, mailboxes, take, progress);
    }
    take.thaw();
    Run run = take.run(clock.instant());
    if (run.mailboxes() == 0) {
      throw new StoreException("no mailbox could be taken" + take.failures());
    }
    store.root().syncFileSystem();
    if (damaged) {
      store.setAside(name, LocalDate.ofInstant(clock.instant(), clock.getZone()));
    }
    store.publish(run);
    return run;
  }

  /**
   * The record of a run that a later take of the same name was to complete and did not, because it
   * died: what that one had published by then is visible, and nobody has counted it.
   */
  private Run recounted(Run run) throws IOException {
    long there = 0;
    long messages = 0;
    for (MailboxAddress mailbox : store.mailboxes()) {
      try {
        if (has(mailbox, run.name())) {
          there++;
          try (MailboxStore kept = openOrMake(mailbox)) {
            messages += kept.manifest(run.name()).messages();
          }
        }
      } catch (IOException e) {
        // One that cannot be looked at: whoever takes or checks it says so.
      }
    }
    return run.counting(
        Math.max(run.mailboxes(), there + run.expired()), Math.max(run.messages(), messages));
  }

  /**
   * What can be said of a run whose record is damaged: its Snapshots are there all the same, and a
   * take of that name adds those that are missing.
   */
  private Run fromManifests(SnapshotName name, DamagedFileException damage) throws IOException {
    Optional<Instant> taken = Optional.empty();
    long there = 0;
    for (MailboxAddress mailbox : store.mailboxes()) {
      try {
        if (has(mailbox, name)) {
          there++;
          taken = taken.isPresent() ? taken : takenAt(mailbox, name);
        }
      } catch (IOException e) {
        // One that cannot be looked at: whoever takes or checks it says so.
      }
    }
    Instant started = taken.orElse(clock.instant());
    return new Run(
        name,
        started,
        started,
        false,
        there,
        0,
        0,
        0,
        0,
        0,
        new TreeMap<>(),
        List.of(
            damage.getMessage()
                + "; it is kept in damaged/ of the store, and what it counted and warned of is not here"));
  }

  private Optional<Instant> takenAt(MailboxAddress mailbox, SnapshotName name) {
    try (MailboxStore kept = openOrMake(mailbox)) {
      return Optional.of(kept.manifest(name).takenAt());
    } catch (IOException e) {
      return Optional.empty(); // another one says it
    }
  }

  /** Takes them under a mark, which stays until the record is there. */
  private void takeMarked(
      MailHost host, List<MailHost.Located> mailboxes, Take take, TakeProgress progress)
      throws IOException {
    try (RunMark mark = store.begin(take.name(), take.started())) {
      mark.progress(0, mailboxes.size());
      takeInBatches(
          host,
          mailboxes,
          take,
          (mailbox, done, total) -> {
            mark.progress(done, total);
            progress.mailboxDone(mailbox, done, total);
          });
    }
  }

  /**
   * A user whom the database still names has not been removed: where there are Snapshots of him,
   * what his Maildir lies on is away, and his days must not expire meanwhile.
   */
  private void noteWithoutMaildir(Set<MailboxAddress> users, Take take) {
    List<String> never = new ArrayList<>();
    for (MailboxAddress user : users) {
      try {
        if (!Store.canKeep(user) || store.snapshots(user).isEmpty()) {
          never.add(user.toString());
        } else {
          take.failed(user.toString(), MAILDIR_AWAY);
        }
      } catch (IOException e) {
        take.failed(user.toString(), MAILDIR_AWAY + ": " + e.getMessage());
      }
    }
    if (!never.isEmpty()) {
      take.warn(
          "no Maildir yet of %s: %s%s"
              .formatted(
                  Sentences.count(never.size(), "user"),
                  String.join(", ", never.stream().limit(MOST_NEVER).toList()),
                  never.size() > MOST_NEVER ? ", ..." : ""));
    }
  }

  /**
   * Names the Mailboxes that the last take of the whole host found and that are not there now. They
   * keep their days until these expire.
   */
  private void noteGone(List<MailHost.Located> all, Take take) throws IOException {
    Optional<SnapshotName> last =
        store.runs().stream()
            .filter(run -> run.all() && run.name().compareTo(take.name()) < 0)
            .map(Run::name)
            .reduce((one, other) -> other);
    if (last.isEmpty()) {
      return;
    }
    Set<MailboxAddress> there =
        all.stream().map(MailHost.Located::mailbox).collect(Collectors.toSet());
    int gone = 0;
    for (MailboxAddress mailbox : store.mailboxes()) {
      try {
        if (!there.contains(mailbox) && !take.hasFailed(mailbox) && has(mailbox, last.get())) {
          gone++;
          if (gone <= MOST_GONE) {
            take.warn("not found any more, but on %s: %s".formatted(last.get(), mailbox));
          }
        }
      } catch (IOException e) {
        take.warn("%s is not found, and what is kept of it: %s".formatted(mailbox, e.getMessage()));
      }
    }
    if (gone > MOST_GONE) {
      take.warn("not found any more: %d mailboxes besides these".formatted(gone - MOST_GONE));
    }
  }

  private boolean has(MailboxAddress mailbox, SnapshotName name) throws IOException {
    Optional<MailboxStore> found = MailboxStore.find(store.root(), mailbox);
    if (found.isEmpty()) {
      return false;
    }
    try (MailboxStore kept = found.get()) {
      return kept.names().contains(name);
    }
  }

  private void takeInBatches(
      MailHost host, List<MailHost.Located> mailboxes, Take take, TakeProgress progress)
      throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    ExecutorService workers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("take-", 1).daemon().factory());
    try {
      for (int start = 0; start < mailboxes.size(); start += BATCH) {
        List<Future<Staged>> batch = new ArrayList<>();
        for (MailHost.Located located :
            mailboxes.subList(start, Math.min(start + BATCH, mailboxes.size()))) {
          batch.add(
              workers.submit(
                  () -> {
                    try {
                      return stage(host, located, take);
                    } finally {
                      take.done(located.mailbox(), mailboxes.size(), progress);
                    }
                  }));
        }
        List<Staged> staged = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
          outcome(batch.get(i), mailboxes.get(start + i).mailbox(), take).ifPresent(staged::add);
        }
        publish(staged, take);
      }
    } finally {
      // They hold handles that are about to be closed: a number that the kernel gives to somebody
      // else meanwhile would be another directory.
      workers.shutdownNow();
      workers.close();
    }
  }

  /** What a Mailbox is ready to publish. */
  private record Staged(
      MailboxAddress mailbox,
      boolean already,
      boolean fresh,
      long messages,
      long newLinks,
      long newBytes) {}

  private Staged stage(MailHost host, MailHost.Located located, Take take) throws IOException {
    MailboxAddress mailbox = located.mailbox();
    Reserve.require(store.root());
    Optional<String> refusal = take.view().refusal(located.path());
    if (refusal.isPresent()) {
      throw new StoreException(refusal.get());
    }
    try (Maildir maildir = host.open(located, take::warn);
        MailboxStore kept = openOrMake(mailbox)) {
      List<SnapshotName> names = kept.names();
      if (take.wasTaken() && names.contains(take.name())) {
        return new Staged(mailbox, true, false, 0, 0, 0);
      }
      if (store.strategy().links() && maildir.root().status().device() != store.device()) {
        throw new StoreException(
            maildir.root().path()
                + " lies on another file system than the store: "
                + OTHER_FILE_SYSTEM);
      }
      Optional<Before> before = before(kept, take.before(names), take::warn);
      List<ManifestFolder> foldersBefore =
          before.map(b -> b.manifest().folders()).orElse(List.of());
      MailboxTake mailboxTake =
          new MailboxTake(maildir, kept, store.strategy(), foldersBefore, take.view(), take::warn);
      List<ManifestFolder> folders = mailboxTake.take();
      if (maildir.root().status().links() == 0) {
        // What was found last is an empty mailbox, and that it never was.
        throw new StoreException(
            maildir.root().path() + " was deleted while its snapshot was taken");
      }
      if (before.isPresent() && folders.equals(foldersBefore)) {
        kept.stageSame(take.name(), before.get().name());
      } else {
        Set<Long> owners = mailboxTake.owners();
        before.ifPresent(known -> owners.addAll(known.manifest().owners()));
        kept.stage(take.name(), new Manifest(mailbox, take.started(), owners, folders));
      }
      long messages = folders.stream().mapToLong(ManifestFolder::messages).sum();
      return new Staged(
          mailbox,
          false,
          names.isEmpty(),
          messages,
          mailboxTake.newLinks(),
          mailboxTake.newBytes());
    }
  }

  private record Before(SnapshotName name, Manifest manifest) {}

  /** A Manifest of ours that cannot be read must not keep today's mail from being kept. */
  private static Optional<Before> before(
      MailboxStore kept, List<SnapshotName> candidates, Consumer<String> warnings) {
    for (SnapshotName name : candidates) {
      try {
        return Optional.of(new Before(name, kept.manifest(name)));
      } catch (IOException e) {
        warnings.accept("not compared with the snapshot before: " + e.getMessage());
      }
    }
    return Optional.empty();
  }

  private MailboxStore openOrMake(MailboxAddress mailbox) throws IOException {
    Optional<MailboxStore> found = MailboxStore.find(store.root(), mailbox);
    return found.isPresent() ? found.get() : MailboxStore.make(store.root(), mailbox);
  }

  private static Optional<Staged> outcome(Future<Staged> future, MailboxAddress mailbox, Take take)
      throws IOException {
    try {
      Staged staged = future.get();
      return staged.already() ? Optional.empty() : Optional.of(staged);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while taking " + mailbox, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Reserve.ReachedException reached) {
        throw reached;
      }
      String why =
          String.valueOf(e.getCause() instanceof IOException io ? io.getMessage() : e.getCause());
      if (e.getCause() instanceof PosixException cause) {
        switch (cause.errno()) {
          case ENOSPC, EDQUOT, EROFS, EMFILE ->
              // Not this mailbox's fault, and no other one would fare better.
              throw new StoreException("the take was given up: " + cause.getMessage(), cause);
          case EXDEV -> why = cause.getMessage() + ": " + OTHER_FILE_SYSTEM;
          default -> {}
        }
      }
      // A Mailbox too large for the memory is that one's fault; what it had taken is free again.
      if (e.getCause() instanceof Error error && !(error instanceof OutOfMemoryError)) {
        throw error;
      }
      take.failed(mailbox.toString(), why);
      return Optional.empty();
    }
  }

  private void publish(List<Staged> staged, Take take) throws IOException {
    // Links, Listings and Manifests must be on disk before anything names them.
    store.root().syncFileSystem();
    for (Staged mailbox : staged) {
      try (MailboxStore kept = openOrMake(mailbox.mailbox())) {
        kept.publish(take.name());
      }
      take.taken(mailbox);
    }
  }

  @Override
  public void close() {
    store.close();
  }

  /** One take as it goes on: what it is called, and what it has come to so far. */
  private static final class Take {
    private final SnapshotName name;
    private final boolean all;
    private final Optional<Run> earlier;
    private final Set<SnapshotName> visible;
    private final View view;
    private final Instant started;
    private final SortedMap<String, String> failed = new TreeMap<>();
    private final Sentences warnings = new Sentences();
    private long mailboxes;
    private long messages;
    private long newLinks;
    private long newBytes;
    private long newMailboxes;
    private int done;

    Take(
        SnapshotName name,
        boolean all,
        Optional<Run> earlier,
        Set<SnapshotName> visible,
        View view,
        Instant started) {
      this.name = name;
      this.all = all;
      this.earlier = earlier;
      this.visible = visible;
      this.view = view;
      this.started = started;
      earlier.ifPresent(
          run -> {
            run.warnings().forEach(warnings::add);
            if (!all) {
              failed.putAll(run.failed()); // of those that nobody asked for now
            }
          });
    }

    SnapshotName name() {
      return name;
    }

    boolean wasTaken() {
      return earlier.isPresent();
    }

    View view() {
      return view;
    }

    Instant started() {
      return started;
    }

    /**
     * The Snapshots to compare with, best first: the last ones before this one, else (back-dated)
     * the last of all.
     */
    List<SnapshotName> before(List<SnapshotName> names) {
      List<SnapshotName> others =
          new ArrayList<>(
              names.stream().filter(n -> visible.contains(n) && !n.equals(name)).toList());
      Collections.reverse(others);
      List<SnapshotName> older = others.stream().filter(n -> n.compareTo(name) < 0).toList();
      return older.isEmpty() ? others : older;
    }

    /** What is kept is in the Store: a tree that stays frozen costs space until the next take. */
    void thaw() {
      try {
        view.close();
      } catch (IOException e) {
        warn("the next take must remove what this one left: " + e.getMessage());
      }
    }

    synchronized void done(MailboxAddress mailbox, int total, TakeProgress progress) {
      done++;
      progress.mailboxDone(mailbox, done, total);
    }

    void taken(Staged staged) {
      mailboxes++;
      messages += staged.messages();
      newLinks += staged.newLinks();
      newBytes += staged.newBytes();
      newMailboxes += staged.fresh() ? 1 : 0;
      failed.remove(staged.mailbox().toString());
    }

    synchronized boolean hasFailed(MailboxAddress mailbox) {
      return failed.containsKey(mailbox.toString());
    }

    /** For a take that has come to nothing else. */
    synchronized String failures() {
      List<String> sentences = new ArrayList<>();
      failed.forEach((what, why) -> sentences.add(what + ": " + why));
      return failed.isEmpty() ? "" : ": " + String.join("; ", Sentences.summary(sentences));
    }

    synchronized void failed(String what, String why) {
      failed.put(view.named(what), view.named(why));
    }

    synchronized void warn(String warning) {
      warnings.add(view.named(warning)); // once, in however many rounds it is met
    }

    synchronized Run run(Instant finished) {
      List<String> shown = new ArrayList<>(warnings.first(Run.MOST_ALIKE));
      if (shown.size() > Run.MOST_WARNINGS) {
        int more = shown.size() - Run.MOST_WARNINGS + 1;
        shown.subList(Run.MOST_WARNINGS - 1, shown.size()).clear();
        shown.add("and " + more + " more");
      }
      return new Run(
          name,
          earlier.map(Run::started).orElse(started),
          finished,
          all || earlier.map(Run::all).orElse(false),
          mailboxes + earlier.map(Run::mailboxes).orElse(0L),
          messages + earlier.map(Run::messages).orElse(0L),
          newLinks + earlier.map(Run::newLinks).orElse(0L),
          newBytes + earlier.map(Run::newBytes).orElse(0L),
          newMailboxes + earlier.map(Run::newMailboxes).orElse(0L),
          earlier.map(Run::expired).orElse(0L),
          failed,
          shown);
    }
  }
}
