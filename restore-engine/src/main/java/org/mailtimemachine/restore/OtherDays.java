package org.mailtimemachine.restore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * Finds another Snapshot that has a message whole which this one has damaged: the Pool then holds
 * it once more, under another name, from before somebody edited its file or from another Folder.
 */
final class OtherDays {

  private static final Set<Receipt.Reason> DAMAGED =
      Set.of(Receipt.Reason.DAMAGED, Receipt.Reason.UNREADABLE);

  private final Store store;
  private final RestorePlan plan;

  OtherDays(Store store, RestorePlan plan) {
    this.store = store;
    this.plan = plan;
  }

  /** The same Receipt, which says of damaged messages where they are whole. */
  Receipt offer(Receipt receipt) throws IOException {
    Map<String, List<Integer>> damaged = new HashMap<>();
    List<Receipt.Entry> entries = new ArrayList<>(receipt.entries());
    for (int number = 0; number < entries.size(); number++) {
      Receipt.Entry entry = entries.get(number);
      if (entry.reason().filter(DAMAGED::contains).isPresent()) {
        String poolName =
            plan.folders().get(entry.folder()).messages().get(entry.message()).poolName();
        damaged.computeIfAbsent(poolName, _ -> new ArrayList<>()).add(number);
      }
    }
    if (damaged.isEmpty()) {
      return receipt;
    }
    wholeOn(damaged.keySet())
        .forEach(
            (poolName, day) ->
                damaged
                    .getOrDefault(poolName, List.of())
                    .forEach(number -> entries.set(number, entries.get(number).wholeOn(day))));
    return new Receipt(receipt.id(), receipt.finished(), entries, receipt.notes());
  }

  private Map<String, SnapshotName> wholeOn(Set<String> poolNames) throws IOException {
    Map<String, String> digests = store.digests(plan.mailbox());
    // A message is the same where it has the base name, or the content that it had.
    Map<String, String> wanted = new HashMap<>();
    for (ManifestFolder folder : store.manifest(plan.mailbox(), plan.snapshot()).folders()) {
      for (ListedMessage message : store.listing(plan.mailbox(), folder.listing()).messages()) {
        if (poolNames.contains(message.poolName())) {
          wanted.put(message.baseName(), message.poolName());
        }
      }
    }
    for (String poolName : poolNames) {
      String digest = digests.get(poolName);
      if (digest != null) {
        wanted.put(digest, poolName);
      }
    }
    Map<String, SnapshotName> found = new HashMap<>();
    Set<String> seen = new HashSet<>();
    try (DirectoryHandle pool = store.poolDirectory(plan.mailbox())) {
      KeptMessages kept = new KeptMessages(pool, digests);
      for (SnapshotName day : days()) {
        for (ManifestFolder folder : store.manifest(plan.mailbox(), day).folders()) {
          if (!seen.add(folder.listing())) {
            continue; // the same as on a day that was looked at
          }
          for (ListedMessage message : store.listing(plan.mailbox(), folder.listing()).messages()) {
            String poolName = wanted.get(message.baseName());
            if (poolName == null) {
              poolName = wanted.get(digests.getOrDefault(message.poolName(), ""));
            }
            if (poolName != null
                && !found.containsKey(poolName)
                && !poolName.equals(message.poolName())
                && kept.isWhole(message)) {
              found.put(poolName, day);
            }
          }
        }
      }
    }
    return found;
  }

  /** The days before it, the newest first; then those after it. */
  private List<SnapshotName> days() throws IOException {
    return store.snapshots(plan.mailbox()).stream()
        .filter(day -> !day.equals(plan.snapshot()))
        .sorted(
            Comparator.comparing((SnapshotName day) -> day.compareTo(plan.snapshot()) > 0)
                .thenComparing(Comparator.reverseOrder()))
        .toList();
  }
}
