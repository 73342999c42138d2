package org.mailtimemachine.mirror.copy;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
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
import org.mailtimemachine.mailstore.posix.FileName;

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

  /** For one mailbox that cannot take mail; each has its envelope in memory. */
  private static final int MOST_WAITING = 50_000;

  /** Before the next step, when one had a fault. */
  private static final Duration PAUSE_AFTER_FAULT = Duration.ofSeconds(1);

  private final DirectoryHandle spool;
  private final CopyLinks links;
  private final EnvelopeFiles envelopes;
  private final DamagedCopies damagedCopies;

  private final Deque<SpooledMessage> waiting = new ArrayDeque<>();
  private final List<SpooledMessage> later = new ArrayList<>();
  private final Map<MailboxAddress, Integer> backlog = new HashMap<>();

  /** What is being linked just now. */
  private final List<SpooledMessage> batch = new ArrayList<>(MOST_AT_A_TIME);

  /** Mailboxes to which nothing is linked before what is for them in {@link #later}. */
  private final Set<MailboxAddress> paused = new HashSet<>();

  private final Thread thread;
  private long againAt; // by System.nanoTime()
  private boolean closed;

  MirrorDelivery(
      DirectoryHandle spool,
      CopyLinks links,
      EnvelopeFiles envelopes,
      DamagedCopies damagedCopies) {
    this.spool = spool;
    this.links = links;
    this.envelopes = envelopes;
    this.damagedCopies = damagedCopies;
    this.thread = Thread.ofPlatform().daemon().name("mirror delivery").start(this::run);
  }

  synchronized void add(List<SpooledMessage> messages) {
    for (SpooledMessage message : byKey(messages)) {
      message.destinations().forEach(each -> backlog.merge(each, 1, Integer::sum));
      waiting.add(message);
    }
    notifyAll();
  }

  /**
   * In their order, but attempts at one message behind each other: of these, one that an earlier
   * process has linked is to be looked for before another one is.
   */
  private static List<SpooledMessage> byKey(List<SpooledMessage> messages) {
    if (messages.size() == 1) {
      return messages;
    }
    Map<String, List<SpooledMessage>> attempts = new LinkedHashMap<>();
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
        .map(SpooledMessage::arrival)
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
    while (!waiting.isEmpty() || !later.isEmpty() || !batch.isEmpty()) {
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

  /** This thread ends with the process and not before: all that is answered for waits for it. */
  private void run() {
    try {
      while (true) {
        try {
          if (!awaitSome()) {
            return;
          }
          Thread.sleep(GATHERING);
          List<SpooledMessage> some = next();
          done(some, delivered(some));
        } catch (RuntimeException | Error e) { // what it was about is in one of the lists still
          LOG.log(Level.ERROR, "the delivery into mirror mailboxes has a fault", e);
          Thread.sleep(PAUSE_AFTER_FAULT);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<SpooledMessage> delivered(List<SpooledMessage> some) {
    try {
      return deliver(some);
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "the delivery into mirror mailboxes has a fault", e);
      links.loseAll();
      some.forEach(message -> message.destinations().forEach(this::pause));
      return some.stream().map(each -> each.again(each.destinations())).toList();
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
      if (!waiting.isEmpty() || !batch.isEmpty()) {
        return true;
      }
      wait(later.isEmpty() ? 0 : pause);
    }
    return false;
  }

  /** What waits; nothing when it is time to end. */
  private synchronized List<SpooledMessage> next() {
    // Not all that an earlier process has left at once: if this one is killed, too, what it has
    // noted by then is done.
    while (!closed
        && !waiting.isEmpty()
        && (batch.size() < MOST_AT_A_TIME || isOfTheLast(batch, waiting.element()))) {
      batch.add(waiting.element());
      waiting.remove(); // behind it: an Error between them loses nothing
    }
    return List.copyOf(batch);
  }

  private static boolean isOfTheLast(List<SpooledMessage> batch, SpooledMessage message) {
    return message.tried() && batch.getLast().arrival().key().equals(message.arrival().key());
  }

  private synchronized void done(List<SpooledMessage> some, List<SpooledMessage> failed) {
    Map<FileName, Set<MailboxAddress>> without = new HashMap<>();
    failed.forEach(each -> without.put(each.id(), each.destinations()));
    if (!failed.isEmpty() && later.isEmpty()) { // what comes after it does not put it off
      againAt = System.nanoTime() + PAUSE_AFTER_FAILURE.toNanos();
    }
    later.addAll(failed);
    batch.clear();
    for (SpooledMessage message : some) {
      Set<MailboxAddress> left = without.getOrDefault(message.id(), Set.of());
      message.destinations().stream()
          .filter(each -> !left.contains(each))
          .forEach(each -> backlog.computeIfPresent(each, (_, n) -> n == 1 ? null : n - 1));
    }
    notifyAll();
  }

  /** Those of them that did not come into all of their mailboxes, for the others of these. */
  private List<SpooledMessage> deliver(List<SpooledMessage> some) {
    Map<MailboxAddress, List<SpooledMessage>> byMailbox = new LinkedHashMap<>();
    for (SpooledMessage message : some) {
      for (MailboxAddress destination : message.destinations()) {
        byMailbox.computeIfAbsent(destination, _ -> new ArrayList<>()).add(message);
      }
    }
    Map<SpooledMessage, Set<MailboxAddress>> failed = new HashMap<>();
    Map<SpooledMessage, Damage> damaged = new HashMap<>();
    links.beginBatch();
    byMailbox.forEach(
        (mailbox, messages) -> {
          for (SpooledMessage each : deliver(mailbox, messages, damaged)) {
            failed.computeIfAbsent(each, _ -> new LinkedHashSet<>()).add(mailbox);
          }
        });
    List<SpooledMessage> again = new ArrayList<>();
    for (SpooledMessage message : some) {
      Set<MailboxAddress> left = failed.getOrDefault(message, Set.of());
      Damage damage = damaged.get(message);
      if (damage != null
          && (!left.isEmpty()
              || !damagedCopies.setAside(
                  message, List.copyOf(damage.recipients()), damage.cause()))) {
        left = new LinkedHashSet<>(left);
        left.addAll(damage.mailboxes());
      }
      if (!left.isEmpty()) {
        // Mailboxes that have it are not asked again: their ledgers remember it for some days, and
        // this may wait for longer.
        again.add(message.again(left));
      } else {
        forget(message);
      }
    }
    return envelopes.move(again, EnvelopeFiles.ACCEPTED);
  }

  /** Those that did not come into a mailbox now. */
  private Collection<SpooledMessage> deliver(
      MailboxAddress mailbox, List<SpooledMessage> messages, Map<SpooledMessage, Damage> damaged) {
    if (isPaused(mailbox)) {
      return messages;
    }
    try {
      CopyLinks.Attempt attempt = links.deliver(mailbox, messages);
      attempt.damaged().forEach((message, cause) -> Damage.add(damaged, message, mailbox, cause));
      if (!attempt.failed().isEmpty()) {
        pause(mailbox);
      }
      return attempt.failed();
    } catch (IOException e) {
      cannotTakeMail(mailbox, e);
    } catch (RuntimeException | Error e) { // the others get theirs in any case
      links.lose(mailbox);
      cannotTakeMail(mailbox, e);
    }
    return messages;
  }

  private void cannotTakeMail(MailboxAddress mailbox, Throwable cause) {
    LOG.log(Level.ERROR, "the mirror mailbox " + mailbox + " cannot take mail now", cause);
    pause(mailbox);
  }

  /** A text that is damaged, and whose mirrors do not have it. */
  private record Damage(Set<MailboxAddress> mailboxes, Set<String> recipients, IOException cause) {
    static void add(
        Map<SpooledMessage, Damage> all,
        SpooledMessage message,
        MailboxAddress mailbox,
        IOException cause) {
      Damage damage =
          all.computeIfAbsent(
              message, _ -> new Damage(new LinkedHashSet<>(), new LinkedHashSet<>(), cause));
      damage.mailboxes.add(mailbox);
      damage.recipients.addAll(message.arrival().destinations().getOrDefault(mailbox, List.of()));
    }
  }

  private synchronized boolean isPaused(MailboxAddress mailbox) {
    return paused.contains(mailbox);
  }

  private synchronized void pause(MailboxAddress mailbox) {
    paused.add(mailbox);
  }

  private void forget(SpooledMessage message) {
    try {
      // The envelope first: a text without one is nobody's, an envelope without a text is a riddle.
      envelopes.forget(message);
      EnvelopeFiles.remove(spool, message.id()); // a process before us may have come so far
    } catch (IOException e) {
      LOG.log(Level.WARNING, "a message that is mirrored stays in the spool: " + message.id(), e);
    }
  }
}
