package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
 * that these name, and what else lies there; and, where wanted, the bytes of Messages with the
 * digests that were recorded. It reports and changes nothing, and takes no lock.
 */
public final class SnapshotCheck {

  /** The server indexes, and hashes, soon after the night. */
  private static final int LATE_DAYS = 2;

  private final Store store;
  private final @Nullable MailboxAddress only;
  private final @Nullable DataPart data;

  public SnapshotCheck(Store store) {
    this(store, null, null);
  }

  private SnapshotCheck(Store store, @Nullable MailboxAddress only, @Nullable DataPart data) {
    this.store = store;
    this.only = only;
    this.data = data;
  }

  /** The same check, of one Mailbox only. */
  public SnapshotCheck of(MailboxAddress mailbox) {
    return new SnapshotCheck(store, mailbox, data);
  }

  /** The same check, which also reads these Messages to their end. */
  public SnapshotCheck data(DataPart part) {
    return new SnapshotCheck(store, only, part);
  }

  /**
   * What was looked at, and what is wrong.
   *
   * @param snapshots names of Snapshots, whatever the number of Mailboxes
   * @param messages Messages in the Pools, each counted once
   * @param read Messages that were read and compared with their digests
   * @param bytes of these
   * @param notHashed Messages that have no digest yet: nobody can say whether they rotted
   * @param hashedLate Messages whose digest was taken more than two days after a Snapshot that is
   *     still there: whether they rotted before nobody can say
   * @param leftovers files that a killed or running take or expiry left, which harm nobody
   */
  public record Outcome(
      long snapshots,
      long messages,
      long read,
      long bytes,
      long notHashed,
      long hashedLate,
      long leftovers,
      List<Finding> findings) {
    public Outcome {
      findings = List.copyOf(findings);
    }
  }

  /** Checks everything. */
  public Outcome run() throws IOException {
    return run(CheckProgress.NONE);
  }

  /**
   * Checks everything, and tells how far it is.
   *
   * @throws StoreException where the only Mailbox that was wanted is not there
   */
  public Outcome run(CheckProgress progress) throws IOException {
    List<SnapshotName> visible = store.visible();
    List<Finding> findings = new ArrayList<>();
    List<MailboxAddress> mailboxes = only == null ? store.mailboxes() : List.of(only);
    Tally tally = new Tally();
    int done = 0;
    for (MailboxAddress mailbox : mailboxes) {
      try {
        check(mailbox, Set.copyOf(visible), tally, findings);
      } catch (IOException e) {
        findings.add(finding(mailbox, String.valueOf(e.getMessage())));
      }
      done++;
      progress.mailboxDone(mailbox, done, mailboxes.size(), tally.bytes);
    }
    if (only == null) {
      findings.addAll(new StoreTree(store).unexpected());
      checkRuns(visible, findings);
      // What an expiry removed meanwhile is nothing to find.
      Set<SnapshotName> still = Set.copyOf(store.visible());
      findings.removeIf(f -> f.snapshot().isPresent() && !still.contains(f.snapshot().get()));
    }
    return new Outcome(
        visible.size(),
        tally.messages,
        tally.read,
        tally.bytes,
        tally.notHashed,
        tally.hashedLate,
        tally.leftovers,
        findings);
  }

  private static final class Tally {
    private long messages;
    private long read;
    private long bytes;
    private long notHashed;
    private long hashedLate;
    private long leftovers;
  }

  private static Finding finding(@Nullable MailboxAddress mailbox, String what) {
    return new Finding(Optional.ofNullable(mailbox), Optional.empty(), Optional.empty(), what);
  }

  private void check(
      MailboxAddress mailbox, Set<SnapshotName> visible, Tally tally, List<Finding> all)
      throws IOException {
    Optional<MailboxStore> kept = MailboxStore.find(store.root(), mailbox);
    if (kept.isEmpty()) {
      if (only != null) {
        throw new StoreException("no snapshots of " + mailbox + " in " + store.root().path());
      }
      return; // a first take of it died before it had made all directories
    }
    try (MailboxStore open = kept.get()) {
      List<Finding> findings = new ArrayList<>();
      new OfMailbox(open, findings, tally).check(visible);
      Set<SnapshotName> still = Set.copyOf(open.names());
      findings.removeIf(f -> f.snapshot().isPresent() && !still.contains(f.snapshot().get()));
      all.addAll(findings);
    }
  }

  /** Whether each run has as many Manifests as its record says. */
  private void checkRuns(List<SnapshotName> visible, List<Finding> findings) throws IOException {
    Map<SnapshotName, Long> manifests = new HashMap<>();
    boolean allRead = true;
    for (MailboxAddress mailbox : store.mailboxes()) {
      try {
        for (SnapshotName name : names(mailbox)) {
          manifests.merge(name, 1L, Long::sum);
          if (!visible.contains(name) && !store.begun(name) && store.run(name).isEmpty()) {
            findings.add(finding(mailbox, "the run record of its snapshot " + name + " is lost"));
          }
        }
      } catch (IOException e) {
        allRead = false; // that was found already, where the Mailbox itself was checked
      }
    }
    for (SnapshotName name : visible) {
      String what = null;
      try {
        Optional<Run> run = store.run(name);
        long found = manifests.getOrDefault(name, 0L);
        if (allRead && run.isPresent() && found < run.get().mailboxes() - run.get().expired()) {
          what =
              "it was of %s, %d of them expired, and %d have it"
                  .formatted(
                      Sentences.count(run.get().mailboxes(), "mailbox"),
                      run.get().expired(),
                      found);
        }
      } catch (DamagedFileException e) {
        what = String.valueOf(e.getMessage());
      }
      if (what != null) {
        findings.add(new Finding(Optional.empty(), Optional.of(name), Optional.empty(), what));
      }
    }
  }

  private List<SnapshotName> names(MailboxAddress mailbox) throws IOException {
    Optional<MailboxStore> found = MailboxStore.find(store.root(), mailbox);
    if (found.isEmpty()) {
      return List.of();
    }
    try (MailboxStore kept = found.get()) {
      return kept.names();
    }
  }

  private final class OfMailbox {
    private final MailboxStore kept;
    private final List<Finding> findings;
    private final Tally tally;

    /** Messages in each Listing; -1 where it cannot be read. */
    private final Map<String, Long> listings = new HashMap<>();

    private final Map<String, Optional<FileStatus>> pool = new HashMap<>();
    private final Set<String> reported = new HashSet<>();
    private final Map<String, Boolean> twins = new HashMap<>();
    private final Set<Long> owners = new HashSet<>();
    private Digests.Recorded digests = new Digests.Recorded(Map.of(), List.of());

    OfMailbox(MailboxStore kept, List<Finding> findings, Tally tally) {
      this.kept = kept;
      this.findings = findings;
      this.tally = tally;
    }

    void check(Set<SnapshotName> visible) throws IOException {
      readDigests();
      Map<SnapshotName, Manifest> manifests = new TreeMap<>();
      for (SnapshotName name : kept.names()) {
        if (visible.contains(name)) {
          try {
            Manifest manifest = kept.manifest(name);
            manifests.put(name, manifest);
            owners.addAll(manifest.owners());
          } catch (IOException e) {
            report(name, null, String.valueOf(e.getMessage()));
          }
        }
      }
      for (var manifest : manifests.entrySet()) {
        check(manifest.getKey(), manifest.getValue());
      }
      tally.messages += pool.size();
      tally.leftovers += leftovers();
      checkTree();
    }

    private void readDigests() {
      try {
        digests = kept.digests().read();
        for (String line : digests.damaged()) {
          int end = Math.min(line.length(), 80);
          findings.add(
              finding(
                  kept.mailbox(),
                  "a line of its digests is not as it was written: " + line.substring(0, end)));
        }
      } catch (IOException e) {
        findings.add(finding(kept.mailbox(), "its digests: " + e.getMessage()));
      }
    }

    private void check(SnapshotName name, Manifest manifest) {
      if (!manifest.mailbox().equals(kept.mailbox())) {
        report(name, null, "its manifest is that of " + manifest.mailbox());
      }
      for (ManifestFolder folder : manifest.folders()) {
        Long messages = listings.get(folder.listing());
        if (messages == null) {
          Optional<Listing> listing = read(name, folder);
          messages = listing.map(found -> (long) found.messages().size()).orElse(-1L);
          listings.put(folder.listing(), messages);
          for (ListedMessage message : listing.map(Listing::messages).orElse(List.of())) {
            check(name, message);
          }
        }
        if (messages >= 0 && messages != folder.messages()) {
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

    private void check(SnapshotName name, ListedMessage message) {
      Optional<FileStatus> found = pool.get(message.poolName());
      try {
        if (found == null) {
          found = status(message.poolName());
          pool.put(message.poolName(), found);
          if (found.isPresent()) {
            checkOnce(name, message, found.get());
          }
        }
      } catch (IOException e) {
        pool.put(message.poolName(), Optional.empty());
        report(name, message, "it cannot be read: " + e.getMessage());
        return;
      }
      if (found.isEmpty()) {
        report(name, message, "its link is missing from the pool");
        return;
      }
      FileStatus status = found.get();
      if (!status.regularFile()) {
        report(name, message, "a " + status.type() + " is in its place in the pool");
      } else if (isLink(message) && status.inode() != message.inode() && !isTwin(message)) {
        report(name, message, "another file is in its place in the pool");
      } else if (status.size() != message.size()) {
        report(
            name,
            message,
            "its size was %d bytes and is %d: changed in place"
                .formatted(message.size(), status.size()));
      } else if (!status.modified().equals(message.internalDate())
          && !(status.inode() != message.inode() && isTwin(message))) {
        report(
            name,
            message,
            "its time was %s and is %s: touched or changed in place"
                .formatted(message.internalDate(), status.modified()));
      }
    }

    /** Whether the Pool has, or had, the inode of the live file. */
    private boolean isLink(ListedMessage message) {
      return message.inode() != 0 && !store.isCopy();
    }

    /** Whether it is another file with the content that was recorded: a repair made that link. */
    private boolean isTwin(ListedMessage message) {
      Digests.Digest digest = digests.byPoolName().get(message.poolName());
      if (digest == null) {
        return false;
      }
      return twins.computeIfAbsent(
          message.poolName(),
          name -> {
            try (var file = store.message(kept.mailbox(), name)) {
              return file.sha256().equals(digest.sha256());
            } catch (IOException e) {
              return false;
            }
          });
    }

    /** What needs the file only, whatever Snapshots name it. */
    private void checkOnce(SnapshotName name, ListedMessage message, FileStatus status) {
      if (isLink(message) && !owners.isEmpty() && !owners.contains(status.owner())) {
        report(
            name,
            message,
            "it belongs to uid " + status.owner() + ", who is not the owner of the mailbox");
      }
      Digests.Digest digest = digests.byPoolName().get(message.poolName());
      if (digest == null) {
        tally.notHashed++;
        return;
      }
      if (digest.since().isPresent()
          && digest.since().get().isAfter(name.date().plusDays(LATE_DAYS))) {
        tally.hashedLate++;
      }
      if (data != null && status.regularFile() && data.includes(message.poolName())) {
        read(name, message, digest, status);
      }
    }

    private void read(
        SnapshotName name, ListedMessage message, Digests.Digest digest, FileStatus status) {
      try (SnapshotStore.StoredMessage file = store.message(kept.mailbox(), message.poolName())) {
        if (file.hasHoles()) {
          tally.notHashed++;
          return;
        }
        String sha256 = file.sha256();
        tally.read++;
        tally.bytes += status.size();
        if (!sha256.equals(digest.sha256())) {
          boolean same =
              status.size() == message.size() && status.modified().equals(message.internalDate());
          report(
              name,
              message,
              same
                  ? "its content is not what was read first, though size and time are: bit rot, or"
                      + " an edit that hides itself"
                  : "its content is not what was read first");
        }
      } catch (InterruptedIOException e) {
        // That says nothing about the message; whoever watches the progress ends the check.
      } catch (IOException e) {
        report(name, message, "it cannot be read: " + e.getMessage());
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

    /** What a take that is running or was killed, or an expiry that was, left behind. */
    private long leftovers() throws IOException {
      long unnamed =
          kept.pool().list().stream()
              .filter(entry -> !pool.containsKey(entry.name().encoded()))
              .count();
      long listed =
          kept.listings().stream().filter(listing -> !listings.containsKey(listing)).count();
      return unnamed + listed;
    }

    private void checkTree() throws IOException {
      for (String what : new StoreTree(store).unexpected(kept)) {
        findings.add(finding(kept.mailbox(), what));
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
