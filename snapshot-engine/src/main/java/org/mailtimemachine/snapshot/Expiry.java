package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.PosixException;

/**
 * Removes Snapshots whose time is over, Mailbox by Mailbox, and what nothing names any more. A
 * Manifest goes first, which makes the Snapshot invisible for its Mailbox; only when that is on
 * disk go the links that no Manifest names, then the Listings; a run record goes when no Mailbox
 * has a Snapshot of its name. Killed at any moment, it is finished by running it again.
 */
public final class Expiry {

  /** What may be wanted differently. */
  public enum Option {
    /**
     * Expire by the date alone, whether newer nights count or not: the administrator says that the
     * clock is right. The newest Snapshot of a Mailbox stays.
     */
    FORCE,

    /** Change nothing; only say what would go. */
    DRY_RUN
  }

  /**
   * What an expiry did, or would do.
   *
   * @param expired the Snapshots that went, of one Mailbox at least
   * @param ofMailboxes the same by Mailbox
   * @param messages links that were removed from Pools
   * @param problems what was left as it is because something cannot be read, each with the reason
   */
  public record Outcome(
      List<SnapshotName> expired,
      SortedMap<MailboxAddress, List<SnapshotName>> ofMailboxes,
      long messages,
      List<String> problems) {}

  private final Store store;

  public Expiry(Store store) {
    this.store = store;
  }

  /**
   * Expires what is over.
   *
   * @param today in the zone of the host
   * @throws StoreException where a take or another expiry is at work
   */
  public Outcome run(Retention retention, LocalDate today, Option... options) throws IOException {
    Set<Option> chosen = Set.of(options);
    boolean force = chosen.contains(Option.FORCE);
    if (chosen.contains(Option.DRY_RUN)) {
      return new Work(retention, today, force).plan();
    }
    try (Store.StoreLock lock = store.lock()) {
      assert lock != null;
      return new Work(retention, today, force).carryOut();
    }
  }

  /** One expiry. */
  private final class Work {
    private final Retention retention;
    private final LocalDate today;
    private final boolean force;
    private final Set<String> problems = new LinkedHashSet<>();

    /** The Manifests of every Mailbox, and their inodes. */
    private final SortedMap<MailboxAddress, SortedMap<SnapshotName, Long>> manifests =
        new TreeMap<>();

    private final SortedMap<MailboxAddress, List<SnapshotName>> going = new TreeMap<>();

    /** What an expiry that was killed had hidden, and this one removes. */
    private final SortedMap<MailboxAddress, List<SnapshotName>> finished = new TreeMap<>();

    /** Manifests of takes that died before their run was recorded: nobody ever saw them. */
    private final Map<MailboxAddress, List<SnapshotName>> unfinished = new HashMap<>();

    private boolean allListed = true;

    Work(Retention retention, LocalDate today, boolean force) {
      this.retention = retention;
      this.today = today;
      this.force = force;
    }

    Outcome plan() throws IOException {
      list(false);
      decide();
      long messages = 0;
      for (MailboxAddress mailbox : manifests.keySet()) {
        messages += unnamed(mailbox, false);
      }
      return outcome(messages);
    }

    Outcome carryOut() throws IOException {
      list(true);
      decide();
      boolean recorded = recordExpiredIfRoom();
      Map<SnapshotName, Long> before = count(manifests);
      removeManifests();
      store.root().syncFileSystem();
      long messages = 0;
      for (MailboxAddress mailbox : manifests.keySet()) {
        messages += unnamed(mailbox, true);
      }
      if (!recorded) {
        recordExpired(before);
      }
      removeEmptyMailboxes();
      withdrawRuns();
      return outcome(messages);
    }

    private Outcome outcome(long messages) {
      SortedMap<MailboxAddress, List<SnapshotName>> went = new TreeMap<>(finished);
      going.forEach(
          (mailbox, its) ->
              went.merge(
                  mailbox, its, (a, b) -> Stream.concat(a.stream(), b.stream()).sorted().toList()));
      Set<SnapshotName> names = new TreeSet<>();
      went.values().forEach(names::addAll);
      return new Outcome(List.copyOf(names), went, messages, List.copyOf(problems));
    }

    /** Reads which Manifests there are, after what an expiry or a take that died left over. */
    private void list(boolean settle) throws IOException {
      for (MailboxAddress mailbox : store.mailboxes()) {
        try {
          Optional<MailboxStore> found = MailboxStore.find(store.root(), mailbox);
          if (found.isPresent()) { // else a first take of it died before it had all directories
            try (MailboxStore kept = found.get()) {
              List<SnapshotName> over = over(kept);
              if (settle) {
                kept.removeStaged();
                settleHidden(kept);
              }
              if (!over.isEmpty()) {
                finished.put(mailbox, over);
              }
              manifests.put(mailbox, kept.manifests());
            }
          } else {
            manifests.put(mailbox, NONE);
          }
        } catch (IOException e) {
          allListed = false;
          problem(mailbox, e);
        }
      }
    }

    /** What is hidden and not pinned. */
    private List<SnapshotName> over(MailboxStore kept) throws IOException {
      List<SnapshotName> hidden = new ArrayList<>(kept.hidden());
      if (!hidden.isEmpty()) {
        hidden.removeAll(kept.pins().pinned(today));
      }
      return hidden;
    }

    /** A pin that came meanwhile wins: whoever put it there was told that it holds. */
    private void settleHidden(MailboxStore kept) throws IOException {
      List<SnapshotName> hidden = kept.hidden();
      if (hidden.isEmpty()) {
        return;
      }
      Set<SnapshotName> pinned = kept.pins().pinned(today);
      for (SnapshotName name : hidden) {
        if (pinned.contains(name)) {
          kept.reveal(name);
        } else {
          kept.removeHidden(name);
        }
      }
    }

    private void decide() throws IOException {
      CountingNights nights = new CountingNights(store.runs(), count(manifests));
      Set<SnapshotName> visible = Set.copyOf(store.visible());
      for (var mailbox : manifests.entrySet()) {
        try {
          decide(mailbox.getKey(), mailbox.getValue(), visible, nights);
        } catch (IOException e) {
          going.remove(mailbox.getKey());
          problem(mailbox.getKey(), e);
        }
      }
    }

    private void decide(
        MailboxAddress mailbox,
        SortedMap<SnapshotName, Long> manifests,
        Set<SnapshotName> visible,
        CountingNights nights)
        throws IOException {
      Set<SnapshotName> its = new TreeSet<>(manifests.keySet());
      its.retainAll(visible);
      List<SnapshotName> never = new ArrayList<>();
      for (SnapshotName name : manifests.keySet()) {
        if (!its.contains(name)) {
          if (store.begun(name)) {
            never.add(name);
          } else {
            problems.add(mailbox + ": the run record of " + name + " is lost; repair rebuilds it");
          }
        }
      }
      if (!never.isEmpty()) {
        unfinished.put(mailbox, never);
      }
      Set<SnapshotName> over =
          new TreeSet<>(retention.expired(today, nights.of(mailbox, its), its));
      if (force && !its.isEmpty()) {
        Set<SnapshotName> forced =
            new TreeSet<>(retention.over(today, nights.of(mailbox, its), its));
        forced.remove(((TreeSet<SnapshotName>) its).last());
        over.addAll(forced);
      }
      if (over.isEmpty()) {
        return;
      }
      try (MailboxStore kept = require(mailbox)) {
        over.removeAll(kept.pins().pinned(today));
        if (!over.isEmpty()) {
          requireReadable(kept, manifests, over, never);
          going.put(mailbox, List.copyOf(over));
        }
      }
    }

    /**
     * The older Snapshots may be the only good ones of a Mailbox of which something is damaged.
     *
     * @throws IOException where a Manifest, or a Listing that stays, cannot be read
     */
    private void requireReadable(
        MailboxStore kept,
        Map<SnapshotName, Long> manifests,
        Collection<SnapshotName> over,
        Collection<SnapshotName> never)
        throws IOException {
      Map<SnapshotName, Long> all = new TreeMap<>(manifests);
      all.keySet().removeAll(never);
      Map<SnapshotName, Long> staying = new TreeMap<>(all);
      staying.keySet().removeAll(over);
      NamedParts.listings(kept, all);
      Set<String> needed = NamedParts.listings(kept, staying);
      if (!needed.containsAll(kept.listings())) {
        for (String listing : needed) {
          kept.listingText(listing);
        }
      }
    }

    /**
     * On a full disk nothing can be written before something is removed; killed in between, a check
     * calls lost what expired.
     */
    private boolean recordExpiredIfRoom() throws IOException {
      try {
        recordExpired(count(manifests));
        return true;
      } catch (PosixException e) {
        if (e.is(Errno.ENOSPC) || e.is(Errno.EDQUOT)) {
          return false;
        }
        throw e;
      }
    }

    /**
     * A check must be able to tell what expired from what was lost, at whatever moment this is
     * killed: what is recorded as expired before, and is still there, goes now.
     */
    private void recordExpired(Map<SnapshotName, Long> there) throws IOException {
      Map<SnapshotName, Long> leaving = new TreeMap<>();
      going.values().forEach(names -> names.forEach(name -> leaving.merge(name, 1L, Long::sum)));
      for (Run run : store.runs()) {
        Long number = leaving.get(run.name());
        if (number != null) {
          long present = there.getOrDefault(run.name(), 0L);
          long lost = Math.max(0, run.mailboxes() - run.expired() - present);
          long expired = Math.max(0, run.mailboxes() - lost - (present - number));
          if (expired != run.expired()) {
            store.rewrite(run.withExpired(expired));
          }
        }
      }
    }

    private void removeManifests() {
      Set<MailboxAddress> all = new TreeSet<>(going.keySet());
      all.addAll(unfinished.keySet());
      for (MailboxAddress mailbox : all) {
        try (MailboxStore kept = require(mailbox)) {
          for (SnapshotName name : unfinished.getOrDefault(mailbox, List.of())) {
            kept.remove(name);
          }
          for (SnapshotName name : going.getOrDefault(mailbox, List.of())) {
            kept.hide(name);
          }
          settleHidden(kept);
          manifests.put(mailbox, kept.manifests());
        } catch (IOException e) {
          problem(mailbox, e);
        }
      }
    }

    /** Removes what no Manifest names; or only counts the links. */
    private long unnamed(MailboxAddress mailbox, boolean remove) {
      try {
        Optional<MailboxStore> found = MailboxStore.find(store.root(), mailbox);
        if (found.isEmpty()) {
          return 0;
        }
        try (MailboxStore kept = found.get()) {
          Map<SnapshotName, Long> staying = new TreeMap<>(manifests.getOrDefault(mailbox, NONE));
          if (!remove) {
            staying.keySet().removeAll(going.getOrDefault(mailbox, List.of()));
            staying.keySet().removeAll(unfinished.getOrDefault(mailbox, List.of()));
          }
          return unnamed(kept, staying, finished.getOrDefault(mailbox, List.of()), remove);
        }
      } catch (IOException e) {
        problem(mailbox, e);
        return 0;
      }
    }

    private long unnamed(
        MailboxStore kept,
        Map<SnapshotName, Long> staying,
        Collection<SnapshotName> over,
        boolean remove)
        throws IOException {
      Set<String> named = NamedParts.andHidden(kept, NamedParts.listings(kept, staying), over);
      if (NamedParts.unnamedListings(kept, named).isEmpty()) {
        return 0; // whatever went, every state of every Folder is still in a Snapshot
      }
      int days = Math.max(retention.days(), SnapshotRepair.DAMAGED_KEPT_DAYS);
      if (kept.damagedSince(today.minusDays(days))) {
        return 0; // somebody may yet read what a damaged Manifest named
      }
      NamedParts.Unnamed unnamed = NamedParts.unnamed(kept, named);
      if (remove) {
        unnamed.remove(kept);
      }
      return unnamed.links().size();
    }

    /** Of Mailboxes that are gone from the host, and whose last Snapshot has expired. */
    private void removeEmptyMailboxes() {
      manifests.forEach(
          (mailbox, its) -> {
            if (its.isEmpty()) {
              try {
                MailboxStore.removeIfEmpty(store.root(), mailbox);
              } catch (IOException e) {
                problem(mailbox, e);
              }
            }
          });
    }

    private void withdrawRuns() throws IOException {
      if (allListed) {
        Map<SnapshotName, Long> there = count(manifests);
        Set<SnapshotName> went = new HashSet<>();
        going.values().forEach(went::addAll);
        List<SnapshotName> over = new ArrayList<>();
        List<Run> runs = store.runs();
        runs.stream()
            .filter(run -> run.expired() >= run.mailboxes())
            .map(Run::name)
            .forEach(went::add);
        went.addAll(overByDate(runs));
        for (SnapshotName name : store.visible()) {
          boolean old = name.date().isBefore(today.minusDays(retention.days()));
          if (old && went.contains(name) && there.getOrDefault(name, 0L) == 0) {
            over.add(name);
          }
        }
        store.withdraw(over);
      }
      if (!going.isEmpty() || !finished.isEmpty()) {
        store.changed();
      }
    }

    /**
     * The days of the host whose time is over. One that no Mailbox has any more has expired, also
     * where an expiry could not write that down because the disk was full.
     */
    private List<SnapshotName> overByDate(List<Run> runs) {
      List<SnapshotName> names = runs.stream().map(Run::name).toList();
      NavigableSet<LocalDate> dates =
          names.stream().map(SnapshotName::date).collect(Collectors.toCollection(TreeSet::new));
      return retention.over(today, dates, names);
    }

    private MailboxStore require(MailboxAddress mailbox) throws IOException {
      return MailboxStore.find(store.root(), mailbox)
          .orElseThrow(() -> new StoreException(mailbox + " is gone from the store"));
    }

    private void problem(MailboxAddress mailbox, IOException e) {
      problems.add(mailbox + ": " + e.getMessage());
    }
  }

  /** Removes the links and Listings of a Mailbox that no Manifest names, wherever they are from. */
  static void removeUnnamed(MailboxStore kept) throws IOException {
    if (!kept.damagedSince(LocalDate.EPOCH)) { // it may have named them
      Set<String> named = NamedParts.listings(kept, kept.manifests());
      NamedParts.unnamed(kept, NamedParts.andHidden(kept, named, List.of())).remove(kept);
    }
  }

  private static final SortedMap<SnapshotName, Long> NONE = new TreeMap<>();

  private static Map<SnapshotName, Long> count(
      Map<MailboxAddress, SortedMap<SnapshotName, Long>> manifests) {
    Map<SnapshotName, Long> count = new HashMap<>();
    manifests
        .values()
        .forEach(names -> names.keySet().forEach(name -> count.merge(name, 1L, Long::sum)));
    return count;
  }
}
