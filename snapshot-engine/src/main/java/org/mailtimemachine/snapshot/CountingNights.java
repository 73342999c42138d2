package org.mailtimemachine.snapshot;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * Which nights count for a Mailbox when its older Snapshots ask whether enough newer ones have
 * taken their place: runs of the whole host that took it, and those that prove that it was not
 * there any more.
 */
final class CountingNights {

  /**
   * A run of the whole host.
   *
   * @param failed the addresses that it could not take
   * @param proving whether it says of every other Mailbox without a Manifest that it was absent
   */
  private record Night(SnapshotName name, Set<String> failed, boolean proving) {}

  private final List<Night> nights = new ArrayList<>();

  /**
   * @param manifests how many Mailboxes have a Manifest of each name now
   */
  CountingNights(List<Run> runs, Map<SnapshotName, Long> manifests) {
    for (Run run : runs) {
      if (run.all()) {
        long there = manifests.getOrDefault(run.name(), 0L);
        boolean lost = there < run.mailboxes() - run.expired();
        boolean unknown = run.failed().keySet().stream().anyMatch(CountingNights::mayHoldMailboxes);
        nights.add(new Night(run.name(), run.failed().keySet(), !lost && !unknown));
      }
    }
  }

  /** A directory that could not be read: nobody knows whose mail lies in it. */
  private static boolean mayHoldMailboxes(String failed) {
    try {
      MailboxAddress.of(failed);
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  /**
   * The dates of the nights that count.
   *
   * @param its the names of its Snapshots
   */
  NavigableSet<LocalDate> of(MailboxAddress mailbox, Set<SnapshotName> its) {
    Set<LocalDate> dates = new HashSet<>();
    for (Night night : nights) {
      if (its.contains(night.name())
          || (night.proving() && !night.failed().contains(mailbox.toString()))) {
        dates.add(night.name().date());
      }
    }
    return new TreeSet<>(dates);
  }
}
