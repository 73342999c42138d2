package org.mailtimemachine.snapshot.holds;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Pin;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.StoreException;

/**
 * Puts the pins of {@link Holds} into the Store and takes them out again. It can be killed anywhere
 * and run again, by several servers. A Snapshot is kept by the retention for days before it could
 * expire: whoever looks once in a while misses none. {@link #keep} is for one thread at a time.
 */
public final class HoldKeeper {

  private final Path storePath;
  private final Holds holds;
  private final Clock clock;
  private String seen = "";
  private final Set<UUID> done = new HashSet<>();

  /**
   * @param clock with the zone of the host
   */
  public HoldKeeper(Path store, Holds holds, Clock clock) {
    this.storePath = store;
    this.holds = holds;
    this.clock = clock;
  }

  /**
   * Lets the Store follow the holds; cheap where nothing has changed on either side. A Mailbox that
   * fails keeps no other one from being held; its hold is looked at again the next time.
   *
   * @throws IOException where the Store, or some of the Mailboxes, could not be read or written;
   *     all others are as they should be
   */
  public void keep() throws IOException {
    if (Files.notExists(storePath.resolve("format"))) {
      return; // no take has made it yet
    }
    List<Hold> all = holds.unsettled();
    if (all.isEmpty()) {
      return;
    }
    try (Store store = Store.open(storePath)) {
      String version = store.version();
      boolean settled =
          all.stream().allMatch(hold -> hold.lifted().isEmpty() && done.contains(hold.id()));
      if (version.equals(seen) && settled) {
        return;
      }
      Optional<Holds.Turn> turn = holds.tryTurn();
      if (turn.isEmpty()) {
        return; // another server is at it; what it leaves is found at the next look
      }
      try (Holds.Turn _ = turn.get()) {
        follow(store);
        seen = version;
      }
    }
  }

  private void follow(Store store) throws IOException {
    List<MailboxAddress> mailboxes = store.mailboxes();
    LocalDate today = LocalDate.now(clock);
    Failures failures = new Failures();
    done.clear();
    // asked again: what was lifted and settled before the turn began must not be pinned anew
    for (Hold hold : holds.unsettled()) {
      if (!hold.lifted().isPresent() && !hold.stands(today)) {
        done.add(hold.id()); // its pins have the same last day, and count no more
        continue;
      }
      int before = failures.count;
      for (MailboxAddress mailbox : mailboxes.stream().filter(hold::covers).toList()) {
        try {
          if (hold.lifted().isPresent()) {
            release(store, hold, mailbox);
          } else {
            hold(store, hold, mailbox);
          }
        } catch (IOException | RuntimeException e) {
          failures.add(hold, mailbox, e);
        }
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("the server stops");
      }
      note(hold, failures.count - before);
    }
    failures.rethrow();
  }

  private void note(Hold hold, int failing) {
    if (hold.lifted().isPresent()) {
      if (failing == 0) {
        holds.settled(hold.id());
      }
      return;
    }
    if (failing == 0) {
      done.add(hold.id());
    }
    if (failing == 0 || failing != hold.failing()) {
      holds.kept(hold.id(), failing, clock.instant());
    }
  }

  /** The Mailboxes that failed in one look, over all holds. */
  private static final class Failures {

    private int count;
    private @Nullable Exception first;
    private String where = "";

    void add(Hold hold, MailboxAddress mailbox, Exception failure) {
      count++;
      if (first == null) {
        first = failure;
        where = "hold " + hold.id() + " of " + mailbox;
      }
    }

    void rethrow() throws IOException {
      if (first != null) {
        throw new IOException(
            count + " mailboxes cannot be held or released, the first: " + where, first);
      }
    }
  }

  /**
   * Pins the days of one Mailbox for a hold that was placed just now, without waiting for the next
   * look: an expiry may be near. May be called by any thread. A hold on a domain is for {@link
   * #keep}.
   */
  public void keepAtOnce(Hold placed) throws IOException {
    if (placed.mailbox().isEmpty()) {
      return;
    }
    try (Store store = Store.open(storePath)) {
      for (MailboxAddress mailbox : store.mailboxes().stream().filter(placed::covers).toList()) {
        hold(store, placed, mailbox);
        if (holds.find(placed.id()).filter(hold -> hold.lifted().isEmpty()).isEmpty()) {
          release(store, placed, mailbox); // lifted meanwhile, and settled perhaps
          return;
        }
      }
    }
    holds.kept(placed.id(), 0, clock.instant());
  }

  private static void hold(Store store, Hold hold, MailboxAddress mailbox) throws IOException {
    Set<SnapshotName> pinned = pinned(store, hold, mailbox);
    for (SnapshotName snapshot : store.snapshots(mailbox)) {
      if (!pinned.contains(snapshot)) {
        try {
          store.pin(mailbox, hold.pin(snapshot));
        } catch (StoreException e) {
          if (store.snapshots(mailbox).contains(snapshot)) {
            throw e;
          } // else it expired at this moment
        }
      }
    }
  }

  private static void release(Store store, Hold hold, MailboxAddress mailbox) throws IOException {
    for (SnapshotName snapshot : pinned(store, hold, mailbox)) {
      store.unpin(mailbox, snapshot, hold.pinId());
    }
  }

  private static Set<SnapshotName> pinned(Store store, Hold hold, MailboxAddress mailbox)
      throws IOException {
    return store.pins(mailbox).stream()
        .filter(pin -> pin.id().equals(hold.pinId()))
        .map(Pin::snapshot)
        .collect(Collectors.toSet());
  }
}
