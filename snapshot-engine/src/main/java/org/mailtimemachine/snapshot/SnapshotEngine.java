package org.mailtimemachine.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
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
import java.util.function.Predicate;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.manifest.Manifest;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * Takes Snapshots of all Mailboxes of a host into a Store. What is visible afterwards is complete
 * and on disk; a process that is killed at any moment leaves nothing visible, and the next take
 * makes it good. One take or expiry at a time works on a Store; readers are not disturbed.
 */
public final class SnapshotEngine implements Closeable {

  /** Mailboxes that one sync of the file system makes durable together. */
  private static final int BATCH = 1_000;

  private final Store store;
  private final Path maildirs;
  private final Clock clock;

  private SnapshotEngine(Store store, Path maildirs, Clock clock) {
    this.store = store;
    this.maildirs = maildirs;
    this.clock = clock;
  }

  /**
   * Opens the Store, making it where it is missing, and checks that links into it are possible.
   *
   * @param maildirs the directory that holds {@code <domain>/<user>} Maildirs
   * @param clock in the zone of the host
   * @throws StoreException where the Store lies on another file system than the Maildirs, or cannot
   *     be used
   */
  public static SnapshotEngine open(Path maildirs, Path storePath, Clock clock) throws IOException {
    try (MailHost host = MailHost.open(maildirs, warning -> {})) {
      Store store = Store.openOrMake(storePath);
      try {
        if (host.device() != store.device()) {
          throw new StoreException(
              "the store "
                  + storePath
                  + " lies on another file system than the Maildirs in "
                  + maildirs
                  + ", and hard links cannot cross it: put the store on the same file system, for"
                  + " example beside them");
        }
        return new SnapshotEngine(store, maildirs, clock);
      } catch (IOException e) {
        store.close();
        throw e;
      }
    }
  }

  public Store store() {
    return store;
  }

  /** A name for a Snapshot taken by hand now, in the zone of the clock, that no other one has. */
  public SnapshotName nameByHand() throws IOException {
    ZoneId zone = clock.getZone();
    LocalDateTime time = LocalDateTime.ofInstant(clock.instant(), zone);
    Set<SnapshotName> taken = Set.copyOf(store.visible());
    SnapshotName name = SnapshotName.byHand(time);
    for (int second = 0; taken.contains(name); second++) {
      name = SnapshotName.byHandInSecond(time.plusSeconds(second));
    }
    return name;
  }

  /**
   * Takes a Snapshot of every Mailbox; see {@link #take(SnapshotName, Predicate, TakeProgress)}.
   */
  public Run take(SnapshotName name, TakeProgress progress) throws IOException {
    return take(name, mailbox -> true, progress);
  }

  /**
   * Takes a Snapshot of these Mailboxes. A name that has been taken already keeps what it has: only
   * Mailboxes that have no Snapshot of that name yet are taken.
   *
   * @throws StoreException where another take or expiry is at work, no Mailbox is found, or the
   *     disk is full; nothing is visible then that was not before
   */
  public Run take(SnapshotName name, Predicate<MailboxAddress> wanted, TakeProgress progress)
      throws IOException {
    try (Store.StoreLock lock = store.lock()) {
      Instant started = clock.instant();
      Warnings warnings = new Warnings();
      try (MailHost host = MailHost.open(maildirs, warnings)) {
        List<MailHost.Located> mailboxes =
            host.mailboxes().stream().filter(located -> wanted.test(located.mailbox())).toList();
        if (mailboxes.isEmpty()) {
          throw new StoreException(
              "no mailbox found in "
                  + maildirs
                  + ": expected "
                  + maildirs
                  + "/<domain>/<user>/cur");
        }
        Take take =
            new Take(
                name, store.run(name), Set.copyOf(store.visible()), lock.fileSystemTime(), started);
        takeInBatches(host, mailboxes, take, warnings, progress);
        Run run = take.run(clock.instant(), warnings.list());
        store.root().syncFileSystem();
        store.publish(run);
        return run;
      }
    }
  }

  private void takeInBatches(
      MailHost host,
      List<MailHost.Located> mailboxes,
      Take take,
      Warnings warnings,
      TakeProgress progress)
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
                      return stage(host, located, take, warnings);
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
  private record Staged(MailboxAddress mailbox, boolean already, long messages, long newLinks) {}

  private Staged stage(
      MailHost host, MailHost.Located located, Take take, Consumer<String> warnings)
      throws IOException {
    MailboxAddress mailbox = located.mailbox();
    try (Maildir maildir = host.open(located, warnings);
        MailboxStore kept = openOrMake(mailbox)) {
      List<SnapshotName> names = kept.names();
      if (take.wasTaken() && names.contains(take.name())) {
        return new Staged(mailbox, true, 0, 0);
      }
      if (maildir.root().status().device() != store.device()) {
        throw new StoreException(
            maildir.root().path() + " lies on another file system than the store");
      }
      Optional<SnapshotName> before = take.before(names);
      List<ManifestFolder> foldersBefore =
          before.isPresent() ? kept.manifest(before.get()).folders() : List.of();
      MailboxTake mailboxTake =
          new MailboxTake(maildir, kept, foldersBefore, take.fileSystemTime(), warnings);
      List<ManifestFolder> folders = mailboxTake.take();
      if (before.isPresent() && folders.equals(foldersBefore)) {
        kept.stageSame(take.name(), before.get());
      } else {
        kept.stage(take.name(), new Manifest(mailbox, take.started(), folders));
      }
      long messages = folders.stream().mapToLong(ManifestFolder::messages).sum();
      return new Staged(mailbox, false, messages, mailboxTake.newLinks());
    }
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
      if (e.getCause() instanceof PosixException cause) {
        switch (cause.errno()) {
          case ENOSPC, EDQUOT, EROFS, EMFILE ->
              // Not this mailbox's fault, and no other one would fare better.
              throw new StoreException("the take was given up: " + cause.getMessage(), cause);
          default -> {}
        }
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      take.failed(mailbox, String.valueOf(e.getCause()));
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
      take.taken(mailbox.messages(), mailbox.newLinks());
    }
  }

  @Override
  public void close() {
    store.close();
  }

  /** One take as it goes on: what it is called, and what it has come to so far. */
  private static final class Take {
    private final SnapshotName name;
    private final Optional<Run> earlier;
    private final Set<SnapshotName> visible;
    private final InstantSource fileSystemTime;
    private final Instant started;
    private final SortedMap<MailboxAddress, String> failed = new TreeMap<>();
    private long mailboxes;
    private long messages;
    private long newLinks;
    private int done;

    Take(
        SnapshotName name,
        Optional<Run> earlier,
        Set<SnapshotName> visible,
        InstantSource fileSystemTime,
        Instant started) {
      this.name = name;
      this.earlier = earlier;
      this.visible = visible;
      this.fileSystemTime = fileSystemTime;
      this.started = started;
    }

    SnapshotName name() {
      return name;
    }

    boolean wasTaken() {
      return earlier.isPresent();
    }

    InstantSource fileSystemTime() {
      return fileSystemTime;
    }

    Instant started() {
      return started;
    }

    /**
     * The Snapshot to compare with: the last one before this, else (back-dated) the last of all.
     */
    Optional<SnapshotName> before(List<SnapshotName> names) {
      List<SnapshotName> others =
          names.stream().filter(n -> visible.contains(n) && !n.equals(name)).toList();
      return others.stream()
          .filter(n -> n.compareTo(name) < 0)
          .reduce((a, b) -> b)
          .or(() -> others.stream().reduce((a, b) -> b));
    }

    synchronized void done(MailboxAddress mailbox, int total, TakeProgress progress) {
      done++;
      progress.mailboxDone(mailbox, done, total);
    }

    void taken(long messages, long newLinks) {
      this.mailboxes++;
      this.messages += messages;
      this.newLinks += newLinks;
    }

    void failed(MailboxAddress mailbox, String why) {
      failed.put(mailbox, why);
    }

    Run run(Instant finished, List<String> warnings) {
      return new Run(
          name,
          earlier.map(Run::started).orElse(started),
          finished,
          mailboxes + earlier.map(Run::mailboxes).orElse(0L),
          messages + earlier.map(Run::messages).orElse(0L),
          newLinks,
          failed,
          warnings);
    }
  }

  /** Collects warnings of all threads, up to a number that a person still reads. */
  private static final class Warnings implements Consumer<String> {
    private final List<String> list = new ArrayList<>();
    private long more;

    @Override
    public synchronized void accept(String warning) {
      if (list.size() < Run.MOST_WARNINGS - 1) {
        list.add(warning);
      } else {
        more++;
      }
    }

    synchronized List<String> list() {
      List<String> all = new ArrayList<>(list);
      if (more > 0) {
        all.add("and " + more + " more");
      }
      return all;
    }
  }
}
