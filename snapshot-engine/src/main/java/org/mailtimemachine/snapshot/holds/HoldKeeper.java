package org.mailtimemachine.snapshot.holds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Pin;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.StoreException;

/**
 * Puts the pins of {@link Holds} into the Store and takes them out again. It can be killed anywhere
 * and run again, by several servers at once. A Snapshot is kept by the retention for days before it
 * could expire: whoever looks once in a while misses none. For one thread at a time.
 */
public final class HoldKeeper {

  private final Path storePath;
  private final Holds holds;
  private final Clock clock;
  private String seen = "";
  private Set<Hold> done = Set.of();

  /**
   * @param clock with the zone of the host
   */
  public HoldKeeper(Path store, Holds holds, Clock clock) {
    this.storePath = store;
    this.holds = holds;
    this.clock = clock;
  }

  /** Lets the Store follow the holds; cheap where nothing has changed on either side. */
  public void keep() throws IOException {
    if (Files.notExists(storePath.resolve("format"))) {
      return; // no take has made it yet
    }
    List<Hold> all = holds.unsettled();
    if (all.isEmpty() && done.isEmpty()) {
      return;
    }
    try (Store store = Store.open(storePath)) {
      String version = store.version();
      if (version.equals(seen) && done.equals(Set.copyOf(all))) {
        return;
      }
      List<MailboxAddress> mailboxes = store.mailboxes();
      Set<Hold> kept = new HashSet<>();
      LocalDate today = LocalDate.now(clock);
      for (Hold hold : all) {
        List<MailboxAddress> covered = mailboxes.stream().filter(hold::covers).toList();
        for (MailboxAddress mailbox : covered) {
          if (hold.lifted().isPresent()) {
            release(store, hold, mailbox);
          } else if (hold.stands(today)) {
            hold(store, hold, mailbox);
          }
        }
        if (hold.lifted().isPresent()) {
          holds.settled(hold.id());
        } else {
          kept.add(hold);
        }
      }
      seen = version;
      done = kept;
    }
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
