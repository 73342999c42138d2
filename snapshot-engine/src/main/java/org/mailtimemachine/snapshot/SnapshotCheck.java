package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.Manifest;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * Compares a Store with itself: every visible Manifest, every Listing that it names, every Message
 * that these name. It reports and changes nothing.
 */
public final class SnapshotCheck {

  private final Store store;

  public SnapshotCheck(Store store) {
    this.store = store;
  }

  /**
   * What was looked at, and what is wrong.
   *
   * @param snapshots names of Snapshots, whatever the number of Mailboxes
   * @param messages Messages in the Pools, each counted once
   */
  public record Outcome(long snapshots, long messages, List<Finding> findings) {
    public Outcome {
      findings = List.copyOf(findings);
    }
  }

  /** Checks everything. */
  public Outcome run() throws IOException {
    List<SnapshotName> visible = store.visible();
    List<Finding> findings = new ArrayList<>();
    long messages = 0;
    for (MailboxAddress mailbox : store.mailboxes()) {
      Optional<MailboxStore> kept = MailboxStore.find(store.root(), mailbox);
      if (kept.isPresent()) {
        try (MailboxStore open = kept.get()) {
          messages += new OfMailbox(open, findings).check(Set.copyOf(visible));
        }
      }
    }
    checkRuns(visible, findings);
    // What an expiry removed meanwhile is nothing to find.
    Set<SnapshotName> still = Set.copyOf(store.visible());
    findings.removeIf(f -> f.snapshot().isPresent() && !still.contains(f.snapshot().get()));
    return new Outcome(visible.size(), messages, findings);
  }

  /** Whether each run has as many Manifests as its record says. */
  private void checkRuns(List<SnapshotName> visible, List<Finding> findings) throws IOException {
    Map<SnapshotName, Long> manifests = new HashMap<>();
    for (MailboxAddress mailbox : store.mailboxes()) {
      store.snapshots(mailbox).forEach(name -> manifests.merge(name, 1L, Long::sum));
    }
    for (SnapshotName name : visible) {
      try {
        Optional<Run> run = store.run(name);
        long found = manifests.getOrDefault(name, 0L);
        if (run.isPresent() && found < run.get().mailboxes() - run.get().expired()) {
          findings.add(
              new Finding(
                  Optional.empty(),
                  Optional.of(name),
                  Optional.empty(),
                  "it was of %d mailboxes, %d of them expired, and %d have it"
                      .formatted(run.get().mailboxes(), run.get().expired(), found)));
        }
      } catch (DamagedFileException e) {
        findings.add(
            new Finding(
                Optional.empty(),
                Optional.of(name),
                Optional.empty(),
                String.valueOf(e.getMessage())));
      }
    }
  }

  private static final class OfMailbox {
    private final MailboxStore kept;
    private final List<Finding> findings;
    private final Map<String, Optional<Listing>> listings = new HashMap<>();
    private final Map<String, Optional<FileStatus>> pool = new HashMap<>();
    private final Set<String> reported = new HashSet<>();

    OfMailbox(MailboxStore kept, List<Finding> findings) {
      this.kept = kept;
      this.findings = findings;
    }

    long check(Set<SnapshotName> visible) throws IOException {
      for (SnapshotName name : kept.names()) {
        if (visible.contains(name)) {
          check(name);
        }
      }
      return pool.size();
    }

    private void check(SnapshotName name) throws IOException {
      Manifest manifest;
      try {
        manifest = kept.manifest(name);
      } catch (IOException e) {
        report(name, null, String.valueOf(e.getMessage()));
        return;
      }
      if (!manifest.mailbox().equals(kept.mailbox())) {
        report(name, null, "its manifest is that of " + manifest.mailbox());
      }
      for (ManifestFolder folder : manifest.folders()) {
        Optional<Listing> listing = listings.get(folder.listing());
        if (listing == null) {
          listing = read(name, folder);
          listings.put(folder.listing(), listing);
          for (ListedMessage message : listing.map(Listing::messages).orElse(List.of())) {
            check(name, message);
          }
        }
        if (listing.isPresent() && listing.get().messages().size() != folder.messages()) {
          report(name, null, folder.name() + " has another number of messages than its listing");
        }
      }
    }

    private Optional<Listing> read(SnapshotName name, ManifestFolder folder) {
      try {
        return Optional.of(kept.listing(folder.listing()));
      } catch (IOException e) {
        report(name, null, folder.name() + ": " + e.getMessage());
        return Optional.empty();
      }
    }

    private void check(SnapshotName name, ListedMessage message) throws IOException {
      Optional<FileStatus> found = pool.get(message.poolName());
      if (found == null) {
        found = status(message.poolName());
        pool.put(message.poolName(), found);
      }
      if (found.isEmpty()) {
        report(name, message, "its link is missing from the pool");
        return;
      }
      FileStatus status = found.get();
      if (!status.regularFile()) {
        report(name, message, "a " + status.type() + " is in its place in the pool");
      } else if (message.inode() != 0 && status.inode() != message.inode()) {
        report(name, message, "another file is in its place in the pool");
      } else if (status.size() != message.size()) {
        report(
            name,
            message,
            "its size was %d bytes and is %d: changed in place"
                .formatted(message.size(), status.size()));
      } else if (!status.modified().equals(message.internalDate())) {
        report(
            name,
            message,
            "its time was %s and is %s: touched or changed in place"
                .formatted(message.internalDate(), status.modified()));
      }
    }

    private Optional<FileStatus> status(String poolName) throws IOException {
      try {
        return Optional.of(kept.pool().status(FileName.ofEncoded(poolName)));
      } catch (PosixException e) {
        if (e.is(Errno.ENOENT)) {
          return Optional.empty();
        }
        throw e;
      }
    }

    /** The same matter of the same message is reported once, for the first Snapshot that has it. */
    private void report(SnapshotName name, @Nullable ListedMessage message, String what) {
      if (message != null && !reported.add(message.poolName() + '\t' + what)) {
        return;
      }
      findings.add(
          new Finding(
              Optional.of(kept.mailbox()),
              Optional.of(name),
              Optional.ofNullable(message).map(ListedMessage::baseName),
              what));
    }
  }
}
