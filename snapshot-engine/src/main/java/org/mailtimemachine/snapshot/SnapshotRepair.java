package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Manifest;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;
import org.mailtimemachine.snapshot.manifest.UnknownFormatException;
import org.mailtimemachine.snapshot.manifest.UnreadableFileException;

/**
 * Mends what a check finds, as far as it can be mended without guessing: links are made again from
 * where the Message still is, run records from the Manifests; what is damaged is moved into {@code
 * damaged}, never deleted, so that a day says openly what it lacks. What the disk refuses to read
 * is left alone: it may be readable tomorrow. So is what a later version wrote.
 */
public final class SnapshotRepair {

  /**
   * What was done, or would be done, and what is left.
   *
   * @param mended one for each act
   * @param left what could not be mended, each with the reason
   */
  public record Outcome(List<Finding> mended, List<Finding> left) {}

  private final Store store;
  private final Optional<MailboxSettings> mail;

  /**
   * @param mail where the live Mailboxes are, to look for messages there; only in the Store where
   *     empty
   */
  public SnapshotRepair(Store store, Optional<MailboxSettings> mail) {
    this.store = store;
    this.mail = mail;
  }

  /**
   * Mends what it can.
   *
   * @param dryRun change nothing; only say what would be done
   * @throws StoreException where a take or an expiry is at work
   */
  public Outcome run(boolean dryRun) throws IOException {
    try (Store.StoreLock lock = store.lock()) {
      LocalDate today = LocalDate.ofInstant(lock.fileSystemTime().instant(), ZoneOffset.UTC);
      Work work = new Work(dryRun, today);
      if (mail.isPresent()) {
        MailboxSettings settings = mail.get();
        try (MailHost host =
            MailHost.open(settings.root(), settings.mailboxes(), _ -> {}, (_, _) -> {})) {
          work.run(host);
        }
      } else {
        work.run(null);
      }
      return new Outcome(List.copyOf(work.mended), List.copyOf(work.left));
    }
  }

  private final class Work {
    private final boolean dryRun;
    private final LocalDate today;
    private final List<Finding> mended = new ArrayList<>();
    private final List<Finding> left = new ArrayList<>();

    Work(boolean dryRun, LocalDate today) {
      this.dryRun = dryRun;
      this.today = today;
    }

    void run(@Nullable MailHost host) throws IOException {
      Map<MailboxAddress, MailHost.Located> live = new HashMap<>();
      if (host != null) {
        host.mailboxes().forEach(located -> live.put(located.mailbox(), located));
      }
      Map<SnapshotName, Long> manifests = new TreeMap<>();
      Map<SnapshotName, Instant> takenAt = new HashMap<>();
      boolean allRead = true;
      for (MailboxAddress mailbox : store.mailboxes()) {
        try (@Nullable MailboxStore kept = MailboxStore.find(store.root(), mailbox).orElse(null)) {
          if (kept == null) {
            continue; // a first take of it died before it had made all directories
          }
          OfMailbox work = new OfMailbox(kept);
          if (host != null && live.containsKey(mailbox)) {
            try (Maildir maildir = host.open(live.get(mailbox), _ -> {})) {
              work.run(maildir);
            }
          } else {
            work.run(null);
          }
          work.good.forEach(
              (name, manifest) -> {
                manifests.merge(name, 1L, Long::sum);
                takenAt.merge(name, manifest.takenAt(), (a, b) -> a.isAfter(b) ? a : b);
              });
          allRead &= work.allRead;
        } catch (IOException e) {
          allRead = false;
          left.add(finding(mailbox, null, null, String.valueOf(e.getMessage())));
        }
      }
      if (allRead) {
        mendRuns(manifests, takenAt);
      }
      if (!dryRun) {
        store.root().syncFileSystem();
        store.changed();
      }
    }

    private void mendRuns(Map<SnapshotName, Long> manifests, Map<SnapshotName, Instant> takenAt)
        throws IOException {
      List<SnapshotName> visible = store.visible();
      for (SnapshotName name : visible) {
        long there = manifests.getOrDefault(name, 0L);
        try {
          Run run = store.run(name).orElseThrow();
          long lost = run.mailboxes() - run.expired() - there;
          if (lost > 0) {
            mended.add(
                finding(
                    null, name, null, lost + " of its manifests are lost; its record says so now"));
            if (!dryRun) {
              store.rewrite(run.without(lost, "mailboxes", lost + " manifests were lost"));
            }
          }
        } catch (UnknownFormatException | UnreadableFileException e) {
          left.add(finding(null, name, null, String.valueOf(e.getMessage())));
        } catch (DamagedFileException e) {
          if (there == 0) {
            left.add(finding(null, name, null, e.getMessage() + "; no mailbox has it"));
          } else {
            rebuild(name, there, takenAt, "its record was damaged", true);
          }
        }
      }
      for (var lost : manifests.entrySet()) {
        SnapshotName name = lost.getKey();
        if (!visible.contains(name) && !store.begun(name)) {
          rebuild(name, lost.getValue(), takenAt, "its record was lost", false);
        }
      }
    }

    /** As one that was not of the whole host: nobody knows whether it was. */
    private void rebuild(
        SnapshotName name,
        long there,
        Map<SnapshotName, Instant> takenAt,
        String why,
        boolean setAside)
        throws IOException {
      mended.add(finding(null, name, null, why + "; made again from the manifests of " + there));
      if (dryRun) {
        return;
      }
      if (setAside) {
        store.setAside(name, today);
      }
      Instant taken = takenAt.getOrDefault(name, Instant.EPOCH);
      store.rewrite(
          new Run(
              name,
              taken,
              taken,
              false,
              there,
              0,
              0,
              0,
              0,
              0,
              new TreeMap<>(),
              List.of(why + " and made again by a repair: times and numbers are not known")));
    }

    /** One Mailbox. */
    private final class OfMailbox {
      private final MailboxStore kept;
      private final NavigableMap<SnapshotName, Manifest> good = new TreeMap<>();
      private boolean allRead = true;

      OfMailbox(MailboxStore kept) {
        this.kept = kept;
      }

      void run(@Nullable Maildir maildir) throws IOException {
        revealHidden();
        readManifests();
        mendListings();
        mendLinks(maildir);
        removeLeftovers();
      }

      /**
       * Whether a pin came for it meanwhile the next expiry decides, which knows the date of the
       * host; until then it is there, and whoever counts Manifests counts it.
       */
      private void revealHidden() throws IOException {
        for (SnapshotName name : kept.hidden()) {
          mend(name, null, "an expiry that was killed had hidden it; it is there until the next");
          if (!dryRun) {
            kept.reveal(name);
          }
        }
      }

      private void readManifests() throws IOException {
        for (SnapshotName name : kept.names()) {
          try {
            good.put(name, kept.manifest(name));
          } catch (UnknownFormatException e) {
            allRead = false;
            leave(name, null, String.valueOf(e.getMessage()));
          } catch (DamagedFileException e) {
            mend(name, null, e.getMessage() + "; moved into damaged/, the day lacks this mailbox");
            if (!dryRun) {
              noteFailure(name, "its manifest was damaged");
              kept.setAside(name, today);
              kept.remove(name);
            }
          } catch (IOException e) {
            allRead = false;
            leave(name, null, String.valueOf(e.getMessage()));
          }
        }
      }

      private void noteFailure(SnapshotName name, String why) throws IOException {
        try {
          Optional<Run> run = store.run(name);
          // A repair that was killed before it removed the Manifest has noted it already.
          if (run.isPresent() && !run.get().failed().containsKey(kept.mailbox().toString())) {
            store.rewrite(run.get().without(1, kept.mailbox().toString(), why));
          }
        } catch (DamagedFileException e) {
          // It is made again from the Manifests that are left.
        }
      }

      /** A Folder whose Listing is lost is shown as in the next Snapshot that has one, as busy. */
      private void mendListings() throws IOException {
        Map<String, String> bad = new LinkedHashMap<>();
        Set<String> read = new HashSet<>();
        for (Manifest manifest : good.values()) {
          for (ManifestFolder folder : manifest.folders()) {
            if (read.add(folder.listing())) {
              examine(folder.listing(), bad);
            }
          }
        }
        Map<SnapshotName, Manifest> changed = new TreeMap<>();
        good.forEach(
            (name, manifest) -> {
              if (manifest.folders().stream().anyMatch(f -> bad.containsKey(f.listing()))) {
                changed.put(name, without(name, manifest, bad));
              }
            });
        if (dryRun || changed.isEmpty()) {
          good.putAll(changed);
          return;
        }
        for (var manifest : changed.entrySet()) {
          kept.setAside(manifest.getKey(), today);
          kept.stage(manifest.getKey(), manifest.getValue());
        }
        store.root().syncFileSystem();
        for (var manifest : changed.entrySet()) {
          kept.publish(manifest.getKey());
          good.put(manifest.getKey(), manifest.getValue());
        }
        for (String listing : bad.keySet()) {
          kept.setListingAside(listing, today);
        }
      }

      private void examine(String listing, Map<String, String> bad) {
        try {
          kept.listingText(listing);
        } catch (DamagedFileException e) {
          bad.put(listing, String.valueOf(e.getMessage()));
        } catch (PosixException e) {
          if (e.is(Errno.ENOENT)) {
            bad.put(listing, String.valueOf(e.getMessage()));
          } else {
            allRead = false;
            leave(null, null, String.valueOf(e.getMessage()));
          }
        } catch (IOException e) {
          allRead = false;
          leave(null, null, String.valueOf(e.getMessage()));
        }
      }

      private Manifest without(SnapshotName name, Manifest manifest, Map<String, String> bad) {
        List<ManifestFolder> folders = new ArrayList<>();
        for (ManifestFolder folder : manifest.folders()) {
          if (!bad.containsKey(folder.listing())) {
            folders.add(folder);
            continue;
          }
          Optional<ManifestFolder> near = near(name, folder, bad.keySet());
          near.map(ManifestFolder::carried).ifPresent(folders::add);
          mend(
              name,
              null,
              "%s: %s; %s"
                  .formatted(
                      folder.name(),
                      bad.get(folder.listing()),
                      near.isPresent()
                          ? "shown as in the nearest snapshot, marked as incomplete"
                          : "left out, no other snapshot has it"));
        }
        return new Manifest(manifest.mailbox(), manifest.takenAt(), manifest.owners(), folders);
      }

      private Optional<ManifestFolder> near(
          SnapshotName name, ManifestFolder folder, Set<String> bad) {
        return Stream.concat(
                good.headMap(name, false).descendingMap().values().stream(),
                good.tailMap(name, false).values().stream())
            .flatMap(manifest -> manifest.folders().stream())
            .filter(f -> f.directory().equals(folder.directory()) && !bad.contains(f.listing()))
            .findFirst();
      }

      private void mendLinks(@Nullable Maildir maildir) throws IOException {
        Map<String, Long> pool = new HashMap<>();
        Map<Long, FileName> byInode = new HashMap<>();
        for (DirectoryEntry entry : kept.pool().list()) {
          pool.put(entry.name().encoded(), entry.inode());
          byInode.put(entry.inode(), entry.name());
        }
        Map<String, Digests.Digest> digests = kept.digests().read().byPoolName();
        Map<String, String> bySha256 = new HashMap<>();
        digests.forEach(
            (name, digest) -> {
              if (pool.containsKey(name)) {
                bySha256.put(digest.sha256(), name);
              }
            });
        LiveMessages live = null;
        Set<String> looked = new HashSet<>();
        for (var manifest : good.entrySet()) {
          for (ManifestFolder folder : manifest.getValue().folders()) {
            if (!looked.add(folder.listing())) {
              continue;
            }
            for (ListedMessage message : messages(folder)) {
              if (pool.containsKey(message.poolName()) || !looked.add(message.poolName())) {
                continue;
              }
              if (live == null && maildir != null) {
                live = new LiveMessages(maildir);
              }
              Digests.Digest digest = digests.get(message.poolName());
              FileName same = message.inode() == 0 ? null : byInode.get(message.inode());
              String twin = digest == null ? null : bySha256.get(digest.sha256());
              mendLink(
                  manifest.getKey(),
                  message,
                  Optional.ofNullable(digest).map(Digests.Digest::sha256),
                  same != null ? same : twin == null ? null : FileName.ofEncoded(twin),
                  live);
            }
          }
        }
      }

      private List<ListedMessage> messages(ManifestFolder folder) {
        try {
          return kept.listing(folder.listing()).messages();
        } catch (IOException e) {
          return List.of(); // that was reported
        }
      }

      private void mendLink(
          SnapshotName name,
          ListedMessage message,
          Optional<String> sha256,
          @Nullable FileName inPool,
          @Nullable LiveMessages live)
          throws IOException {
        FileName poolName = FileName.ofEncoded(message.poolName());
        Optional<LiveMessages.LiveFile> file = live == null ? Optional.empty() : live.find(message);
        if (dryRun && (inPool != null || file.isPresent())) {
          mend(name, message, "its link may be made again from " + source(inPool, file));
          return;
        }
        long inode;
        try {
          if (inPool != null) {
            kept.pool().link(inPool, kept.pool(), poolName);
            inode = kept.pool().status(poolName).inode();
          } else {
            Optional<Pool.Entry> entry =
                live != null && file.isPresent()
                    ? live.keep(file.get(), kept.pool(), store.strategy(), poolName)
                    : Optional.empty();
            if (entry.isEmpty()) {
              leave(name, message, "its link is missing from the pool, and it is nowhere else");
              return;
            }
            inode = entry.get().status().inode();
          }
        } catch (PosixException | Pool.RefusedException e) {
          leave(name, message, "its link is missing from the pool: " + e.getMessage());
          return;
        }
        // Kept first and looked at then: nobody can put another file in its place any more.
        if (isThat(message, poolName, inode, sha256)) {
          mend(name, message, "its link was made again from " + source(inPool, file));
        } else {
          StoreFiles.removeIfThere(kept.pool(), poolName);
          leave(
              name, message, "its link is missing from the pool, and elsewhere it is not the same");
        }
      }

      private String source(@Nullable FileName inPool, Optional<LiveMessages.LiveFile> file) {
        return inPool != null
            ? "the pool: " + inPool
            : file.map(f -> "the live mailbox: " + f.folder().name()).orElse("nowhere");
      }

      /** By its live inode, which is not listed of what is a copy by strategy, or by its bytes. */
      private boolean isThat(
          ListedMessage message, FileName poolName, long inode, Optional<String> sha256)
          throws IOException {
        FileStatus status = kept.pool().status(poolName);
        if (!status.regularFile()
            || status.size() != message.size()
            || (inode != message.inode() && sha256.isEmpty())) {
          return false;
        }
        if (sha256.isEmpty()) {
          return status.modified().equals(message.internalDate());
        }
        try (var file = store.message(kept.mailbox(), message.poolName())) {
          return file.sha256().equals(sha256.get());
        }
      }

      /** Where everything can be read, what nothing names is nobody's. */
      private void removeLeftovers() throws IOException {
        long files = kept.leftovers(!dryRun);
        if (allRead && !kept.damagedSince(today.minusDays(DAMAGED_KEPT_DAYS)) && !dryRun) {
          NamedParts.Unnamed unnamed =
              NamedParts.unnamed(
                  kept,
                  NamedParts.andHidden(
                      kept, NamedParts.listings(kept, kept.manifests()), List.of()));
          unnamed.remove(kept);
          files += unnamed.links().size() + unnamed.listings().size();
        }
        if (files > 0) {
          mend(null, null, files + " files that nothing names were removed");
        }
      }

      private void mend(@Nullable SnapshotName name, @Nullable ListedMessage message, String what) {
        mended.add(finding(kept.mailbox(), name, message, what));
      }

      private void leave(
          @Nullable SnapshotName name, @Nullable ListedMessage message, String what) {
        left.add(finding(kept.mailbox(), name, message, what));
      }
    }
  }

  /** Links that only a damaged Manifest named are kept as long, for whoever can read more of it. */
  static final int DAMAGED_KEPT_DAYS = 15;

  private static Finding finding(
      @Nullable MailboxAddress mailbox,
      @Nullable SnapshotName name,
      @Nullable ListedMessage message,
      String what) {
    return new Finding(
        Optional.ofNullable(mailbox),
        Optional.ofNullable(name),
        Optional.ofNullable(message).map(ListedMessage::baseName),
        what);
  }
}
