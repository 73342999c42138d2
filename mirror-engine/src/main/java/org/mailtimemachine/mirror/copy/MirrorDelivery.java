package org.mailtimemachine.mirror.copy;

import static org.mailtimemachine.mailstore.maildir.MaildirFolder.CUR;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.NEW;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.TMP;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileCopies;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileOwner;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;

/**
 * Links what waits in the spool into its mirror mailboxes, several messages at a time, in one
 * thread of its own. A mailbox that cannot take a message now gets it later; neither the other
 * mailboxes nor the other messages wait for it. Safe for use by several threads.
 */
final class MirrorDelivery implements Closeable {

  private static final Logger LOG = System.getLogger(MirrorDelivery.class.getName());
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(30);
  private static final int MOST_AT_A_TIME = Ledger.MOST_AT_A_TIME;

  /** What comes within it shares syncs; nobody waits for a message to be in its mirror. */
  private static final Duration GATHERING = Duration.ofMillis(30);

  /** So many messages fail one by one, more are the mailbox. */
  private static final int MOST_FAILURES = 20;

  /** For one mailbox that cannot take mail; each has its envelope in memory. */
  private static final int MOST_WAITING = 50_000;

  /** Of all ledgers that are open: about 100 bytes each. */
  private static final int MOST_REMEMBERED = 500_000;

  private final Path ledgers;
  private final DirectoryHandle spool;
  private final MirrorMailboxes mailboxes;
  private final DamagedCopies damagedCopies;
  private final Map<MailboxAddress, Ledger> open = new LinkedHashMap<>(16, 0.75f, true);
  private final FileCopies copies = new FileCopies();

  /** Of the mailboxes of one batch; nobody where they cannot be opened. */
  private final Map<MailboxAddress, Optional<FileOwner>> owners = new HashMap<>();

  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final List<Waiting> later = new ArrayList<>();
  private final Map<MailboxAddress, Integer> backlog = new HashMap<>();

  /** Mailboxes to which nothing is linked before what is for them in {@link #later}. */
  private final Set<MailboxAddress> paused = new HashSet<>();

  private final Thread thread;
  private long againAt; // by System.nanoTime()
  private boolean working;
  private boolean closed;

  /**
   * A message in the spool.
   *
   * @param noted where it stands whose it is
   * @param tried whether it may be in some of its mailboxes already, and its text damaged meanwhile
   */
  record Waiting(FileName id, Noted noted, Arrival arrival, boolean tried) {

    Waiting again() {
      return new Waiting(id, noted, arrival, true);
    }

    /** What it is called in a mirror mailbox; always the same, so that it is found there again. */
    String baseName() {
      return "%s,S=%d,W=%d".formatted(id.bytes(), arrival.bytes(), arrival.bytes());
    }

    Set<MailboxAddress> destinations() {
      return arrival.destinations().keySet();
    }
  }

  MirrorDelivery(
      Path spoolPath,
      DirectoryHandle spool,
      MirrorMailboxes mailboxes,
      DamagedCopies damagedCopies) {
    this.ledgers = spoolPath.resolve("ledgers");
    this.spool = spool;
    this.mailboxes = mailboxes;
    this.damagedCopies = damagedCopies;
    this.thread = Thread.ofPlatform().daemon().name("mirror delivery").start(this::run);
  }

  synchronized void add(List<Waiting> messages) {
    for (Waiting message : byKey(messages)) {
      waiting.add(message);
      message.destinations().forEach(each -> backlog.merge(each, 1, Integer::sum));
    }
    notifyAll();
  }

  /**
   * In their order, but attempts at one message behind each other: of these, one that an earlier
   * process has linked is to be looked for before another one is.
   */
  private static List<Waiting> byKey(List<Waiting> messages) {
    if (messages.size() == 1) {
      return messages;
    }
    Map<String, List<Waiting>> attempts = new LinkedHashMap<>();
    messages.stream()
        .sorted(Comparator.comparing(each -> each.arrival().time()))
        .forEach(
            each ->
                attempts.computeIfAbsent(each.arrival().key(), _ -> new ArrayList<>(1)).add(each));
    return attempts.values().stream().flatMap(List::stream).toList();
  }

  /** One of them to which so much waits to be linked that no more can be taken for it. */
  synchronized Optional<MailboxAddress> overfull(Collection<MailboxAddress> destinations) {
    return destinations.stream()
        .filter(each -> backlog.getOrDefault(each, 0) >= MOST_WAITING)
        .findFirst();
  }

  /** Whether nothing is linked any more: nothing may be taken then. */
  boolean hasEnded() {
    return !thread.isAlive();
  }

  /** What waits for each mailbox, but for what is being linked just now. */
  synchronized Map<MailboxAddress, Backlog> waiting() {
    Map<MailboxAddress, Backlog> all = new HashMap<>();
    Stream.concat(waiting.stream(), later.stream())
        .map(Waiting::arrival)
        .forEach(
            arrival ->
                arrival
                    .destinations()
                    .keySet()
                    .forEach(
                        each -> all.merge(each, new Backlog(1, arrival.time()), Backlog::and)));
    return all;
  }

  /** Returns when nothing waits any more. */
  synchronized void awaitEmpty() throws InterruptedException {
    while (!waiting.isEmpty() || !later.isEmpty() || working) {
      wait();
    }
  }

  /** Ends with what is being linked just now. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (awaitSome()) {
        Thread.sleep(GATHERING);
        List<Waiting> batch = next();
        done(batch, delivered(batch));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** This thread ends with the process and not before: all that is answered for waits for it. */
  private List<Waiting> delivered(List<Waiting> batch) {
    try {
      return deliver(batch);
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "the delivery into mirror mailboxes has a fault", e);
      open.clear();
      batch.forEach(message -> message.destinations().forEach(this::pause));
      return batch.stream().map(Waiting::again).toList();
    }
  }

  /** Returns when something waits, or false when it is time to end. */
  private synchronized boolean awaitSome() throws InterruptedException {
    while (!closed) {
      long pause = TimeUnit.NANOSECONDS.toMillis(againAt - System.nanoTime());
      if (!later.isEmpty() && pause <= 0) {
        // Also where mail never stops to come; first, as another part of a message may wait by now.
        byKey(later).reversed().forEach(waiting::addFirst);
        later.clear();
        paused.clear();
      }
      if (!waiting.isEmpty()) {
        return true;
      }
      wait(later.isEmpty() ? 0 : pause);
    }
    return false;
  }

  /** What waits; nothing when it is time to end. */
  private synchronized List<Waiting> next() {
    List<Waiting> batch = new ArrayList<>();
    // Not all that an earlier process has left at once: if this one is killed, too, what it has
    // noted by then is done.
    while (!closed
        && !waiting.isEmpty()
        && (batch.size() < MOST_AT_A_TIME || isOfTheLast(batch, waiting.element()))) {
      batch.add(waiting.remove());
    }
    working = !batch.isEmpty();
    return batch;
  }

  private static boolean isOfTheLast(List<Waiting> batch, Waiting message) {
    return message.tried() && batch.getLast().arrival().key().equals(message.arrival().key());
  }

  private synchronized void done(List<Waiting> batch, List<Waiting> failed) {
    working = false;
    Set<FileName> again = new HashSet<>();
    failed.forEach(each -> again.add(each.id()));
    for (Waiting message : batch) {
      if (!again.contains(message.id())) {
        message
            .destinations()
            .forEach(each -> backlog.computeIfPresent(each, (_, n) -> n == 1 ? null : n - 1));
      }
    }
    if (!failed.isEmpty() && later.isEmpty()) { // what comes after it does not put it off
      againAt = System.nanoTime() + PAUSE_AFTER_FAILURE.toNanos();
    }
    later.addAll(failed);
    notifyAll();
  }

  /** Those of them that did not come into all of their mailboxes. */
  private List<Waiting> deliver(List<Waiting> batch) {
    Map<MailboxAddress, List<Waiting>> byMailbox = new LinkedHashMap<>();
    for (Waiting message : batch) {
      for (MailboxAddress destination : message.destinations()) {
        byMailbox.computeIfAbsent(destination, _ -> new ArrayList<>()).add(message);
      }
    }
    Set<Waiting> failed = new HashSet<>();
    Map<Waiting, Damage> damaged = new HashMap<>();
    owners.clear();
    byMailbox.forEach(
        (mailbox, messages) -> {
          if (isPaused(mailbox)) {
            failed.addAll(messages);
            return;
          }
          try {
            Attempt attempt = deliver(mailbox, messages);
            attempt
                .damaged()
                .forEach((message, cause) -> Damage.add(damaged, message, mailbox, cause));
            if (!attempt.failed().isEmpty()) {
              pause(mailbox);
              failed.addAll(attempt.failed());
            }
          } catch (IOException | RuntimeException | Error e) { // the others get theirs in any case
            LOG.log(Level.ERROR, "the mirror mailbox " + mailbox + " cannot take mail now", e);
            open.remove(mailbox); // nobody knows where its ledger stands
            pause(mailbox);
            failed.addAll(messages);
          }
        });
    for (Waiting message : batch) {
      if (failed.contains(message)) {
        continue;
      }
      Damage damage = damaged.get(message);
      if (damage == null) {
        forget(message);
      } else {
        damagedCopies.setAside(message, List.copyOf(damage.recipients()), damage.cause());
      }
    }
    closeSomeLedgers();
    return failed.stream().map(Waiting::again).toList();
  }

  /**
   * What did not come into a mailbox.
   *
   * @param failed what may come later
   * @param damaged what cannot, and why
   */
  private record Attempt(Set<Waiting> failed, Map<Waiting, IOException> damaged) {}

  /** A text that is damaged, and whose mirrors do not have it. */
  private record Damage(Set<String> recipients, IOException cause) {
    static void add(
        Map<Waiting, Damage> all, Waiting message, MailboxAddress mailbox, IOException cause) {
      all.computeIfAbsent(message, _ -> new Damage(new LinkedHashSet<>(), cause))
          .recipients()
          .addAll(message.arrival().destinations().getOrDefault(mailbox, List.of()));
    }
  }

  private synchronized boolean isPaused(MailboxAddress mailbox) {
    return paused.contains(mailbox);
  }

  private synchronized void pause(MailboxAddress mailbox) {
    paused.add(mailbox);
  }

  private void forget(Waiting message) {
    try {
      // The envelope first: a text without one is nobody's, an envelope without a text is a riddle.
      message.noted().forget();
      remove(spool, message.id()); // a process before us may have come as far as this
    } catch (IOException e) {
      LOG.log(Level.WARNING, "a message that is mirrored stays in the spool: " + message.id(), e);
    }
  }

  private Attempt deliver(MailboxAddress mailbox, List<Waiting> messages) throws IOException {
    Ledger ledger = ledger(mailbox);
    List<Waiting> unknown =
        messages.stream().filter(each -> !ledger.has(each.arrival().key())).toList();
    Attempt attempt = new Attempt(new LinkedHashSet<>(), new LinkedHashMap<>());
    if (unknown.isEmpty()) {
      return attempt;
    }
    Map<String, Waiting> came = new LinkedHashMap<>(); // one for each key
    try (DirectoryHandle maildir = mailboxes.open(mailbox);
        DirectoryHandle fresh = maildir.directory(NEW)) {
      Set<String> there = alreadyThere(unknown, maildir);
      for (Waiting message : unknown) {
        if (there.contains(message.baseName())) {
          came.put(message.arrival().key(), message);
        }
      }
      for (Waiting message : unknown) {
        if (!came.containsKey(message.arrival().key())
            && put(message, mailbox, maildir, fresh, attempt)) {
          came.put(message.arrival().key(), message);
        }
      }
      fresh.sync();
    }
    // Also where others have failed: what is linked and not noted would be linked once more, when
    // its reader has moved it away.
    ledger.append(
        came.values().stream()
            .map(each -> LedgerLine.of(each.arrival(), mailbox, each.baseName()))
            .toList());
    attempt.failed().removeIf(each -> came.containsKey(each.arrival().key()));
    attempt.damaged().keySet().removeIf(each -> came.containsKey(each.arrival().key()));
    return attempt;
  }

  /** Whether it is there now; those that fail are in nobody's way. */
  private boolean put(
      Waiting message,
      MailboxAddress mailbox,
      DirectoryHandle maildir,
      DirectoryHandle fresh,
      Attempt attempt) {
    if (attempt.failed().size() >= MOST_FAILURES) {
      attempt.failed().add(message);
      return false;
    }
    try {
      if (message.tried()) {
        damagedCopies.requireWhole(message);
      }
      put(message, maildir, fresh);
      return true;
    } catch (DamagedCopies.DamagedTextException e) {
      attempt.damaged().put(message, e);
    } catch (IOException e) {
      LOG.log(
          Level.ERROR,
          "the mirror mailbox %s cannot take %s now".formatted(mailbox, message.id()),
          e);
      attempt.failed().add(message);
    }
    return false;
  }

  /**
   * Those of which the process died, or failed, before the ledger said that they are there; their
   * reader may have seen them by now. One look for all of them: the mailbox may be a large one.
   */
  private static Set<String> alreadyThere(List<Waiting> messages, DirectoryHandle maildir)
      throws IOException {
    Set<String> doubtful = new HashSet<>();
    messages.stream().filter(Waiting::tried).forEach(each -> doubtful.add(each.baseName()));
    Set<String> there = new HashSet<>();
    if (!doubtful.isEmpty()) {
      for (FileName part : List.of(NEW, CUR)) {
        try (DirectoryHandle directory = maildir.directory(part)) {
          directory.list(
              entry -> {
                String name = entry.name().bytes();
                int info = name.indexOf(':');
                String base = info < 0 ? name : name.substring(0, info);
                if (doubtful.contains(base)) {
                  there.add(base);
                }
              });
        }
      }
    }
    return there;
  }

  /** Gives it its name in the mailbox. */
  private void put(Waiting message, DirectoryHandle maildir, DirectoryHandle fresh)
      throws IOException {
    FileName name = new FileName(message.baseName());
    if (!belongsTo(FileOwner.of(maildir.status()), message)) {
      copy(message, maildir, fresh, name);
      return;
    }
    try {
      spool.link(message.id(), fresh, name);
    } catch (PosixException e) {
      if (!e.is(Errno.EXDEV) && !e.is(Errno.EMLINK)) {
        throw e;
      }
      copy(message, maildir, fresh, name);
    }
  }

  /**
   * Whether the text is that owner's, or can be made so: one file has one owner in all mailboxes.
   * To nobody is given what somebody else waits for: he could write to it.
   */
  private boolean belongsTo(FileOwner owner, Waiting message) throws IOException {
    FileStatus status = spool.status(message.id());
    if (FileOwner.of(status).equals(owner)) {
      return true;
    }
    if (status.links() > 1 || !isForNobodyBut(owner, message)) {
      return false;
    }
    try (NewFile text = spool.append(message.id(), 0600)) {
      text.setOwner(owner);
    }
    return true;
  }

  private boolean isForNobodyBut(FileOwner owner, Waiting message) {
    return message.destinations().size() == 1
        || message.destinations().stream()
            .map(each -> owners.computeIfAbsent(each, this::ownerOf))
            .allMatch(Optional.of(owner)::equals);
  }

  private Optional<FileOwner> ownerOf(MailboxAddress mailbox) {
    try (DirectoryHandle maildir = mailboxes.open(mailbox)) {
      return Optional.of(FileOwner.of(maildir.status()));
    } catch (IOException | RuntimeException | Error e) {
      return Optional.empty(); // which is told of when it is its turn
    }
  }

  private void copy(Waiting message, DirectoryHandle maildir, DirectoryHandle fresh, FileName name)
      throws IOException {
    FileName temporary = message.id();
    try (DirectoryHandle tmp = maildir.directory(TMP);
        ReadableFile from = spool.file(message.id())) {
      remove(tmp, temporary);
      try (NewFile to = tmp.create(temporary, 0600)) {
        to.setOwner(FileOwner.of(maildir.status()));
        copies.copy(from, to, tmp.describe(temporary));
        DamagedCopies.requireWhole(from, message);
        to.setModified(message.arrival().time());
        to.sync();
      } catch (IOException e) {
        try {
          remove(tmp, temporary);
        } catch (IOException again) {
          e.addSuppressed(again);
        }
        throw e;
      }
      tmp.rename(temporary, fresh, name);
    }
  }

  private static void remove(DirectoryHandle tmp, FileName name) throws IOException {
    try {
      tmp.unlink(name);
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  private Ledger ledger(MailboxAddress mailbox) throws IOException {
    Ledger ledger = open.get(mailbox);
    if (ledger == null) {
      ledger = Ledger.openToGoOn(ledgers.resolve(mailbox.domain()).resolve(mailbox.localPart()));
      open.put(mailbox, ledger);
    }
    return ledger;
  }

  /** What was not written to for the longest time is read again when it is. */
  private void closeSomeLedgers() {
    int remembered = open.values().stream().mapToInt(Ledger::remembered).sum();
    Iterator<Ledger> ledgersOpen = open.values().iterator();
    while (remembered > MOST_REMEMBERED && open.size() > 1) {
      remembered -= ledgersOpen.next().remembered();
      ledgersOpen.remove();
    }
  }
}
