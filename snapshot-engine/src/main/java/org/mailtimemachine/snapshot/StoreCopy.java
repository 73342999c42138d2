package org.mailtimemachine.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileCopies;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileOwner;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.Lines;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.Manifest;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * Copies a Store by content to another place, and later only what has come since: each Message
 * once, with its SHA-256, however many days have it. What expires in the Store stays in the copy,
 * which has an {@link Expiry} of its own. Days become visible in the copy as they do in a Store:
 * when all of them is on disk. Killed at any moment, it is finished by running it again. Takes and
 * expiries may go on in the Store meanwhile.
 */
public final class StoreCopy {

  /** Messages that one sync of the file system makes durable together. */
  private static final long BATCH = 50_000;

  private static final FileName UNFINISHED = new FileName(".copy");

  /** Of a Mailbox that lacks something, which the next run looks for again. */
  private static final FileName INCOMPLETE = new FileName("incomplete");

  /** So often days of one Mailbox may expire while it is copied. */
  private static final int TRIES = 3;

  private final Store source;
  private final Store copy;
  private final boolean again;
  private final List<String> problems = new ArrayList<>();
  private final List<Staged> staged = new ArrayList<>();
  private long stagedMessages;
  private long mailboxes;
  private long messages;
  private long bytes;

  private StoreCopy(Store source, Store copy, boolean again) {
    this.source = source;
    this.copy = copy;
    this.again = again;
  }

  /**
   * What was done.
   *
   * @param snapshots days that the copy did not have
   * @param mailboxes of which anything was new
   * @param messages that were new
   * @param bytes of these
   * @param problems sentences on what could not be copied; all else was
   */
  public record Outcome(
      long snapshots, long mailboxes, long messages, long bytes, List<String> problems) {

    public Outcome {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Copies what the other place does not have yet.
   *
   * @param to a copy that this has made, or a new or empty directory outside of the Store
   * @param make whether a copy is made where there is none: else its disk may not be mounted
   * @param again whether days that are in the copy are gone through as well: what a damaged disk
   *     has lost of them is copied again
   * @throws StoreBusyException where another copying or expiry is at work there
   * @throws StoreException where something else is there, or its disk is full: nothing is visible
   *     then that was not before
   */
  public static Outcome run(
      Store source, Path to, boolean make, boolean again, TakeProgress progress)
      throws IOException {
    requireOutside(Path.of(source.root().path()), to);
    if (!make && Files.notExists(to.resolve(Store.FORMAT_NAME))) {
      throw new StoreException(
          "there is no copy at %s: is its disk mounted? --make makes the first one".formatted(to));
    }
    try (Store copy = Store.openOrMakeCopy(to, source.strategy());
        Closeable _ = copy.lock()) {
      return new StoreCopy(source, copy, again).run(progress);
    }
  }

  /**
   * Makes a Store of a copy, for nights to go on with, where it took the place of a Store that was
   * lost.
   */
  public static void becomeStore(Path path) throws IOException {
    try (Store copy = Store.open(path);
        Closeable _ = copy.lock()) {
      copy.noLongerCopy();
    }
  }

  private static void requireOutside(Path source, Path to) throws IOException {
    Path from = source.toRealPath();
    Path target = to.toAbsolutePath().normalize();
    Path above = target;
    while (!Files.exists(above) && above.getParent() != null) {
      above = above.getParent();
    }
    Path real = above.toRealPath().resolve(above.relativize(target));
    if (real.startsWith(from) || from.startsWith(real)) {
      throw new StoreException(
          to + " and the store " + source + " lie in one another: name another place");
    }
  }

  private Outcome run(TakeProgress progress) throws IOException {
    SortedMap<SnapshotName, Run> runs = new TreeMap<>();
    for (Run run : source.runs()) {
      runs.put(run.name(), run);
    }
    source.unreadableRuns().forEach((name, why) -> problems.add(name + " is not copied: " + why));
    List<MailboxAddress> all = source.mailboxes();
    for (int done = 0; done < all.size(); done++) {
      copy(all.get(done), runs);
      progress.mailboxDone(all.get(done), done + 1, all.size());
      if (stagedMessages >= BATCH || staged.size() >= BATCH / 50) {
        publish();
      }
    }
    publish();
    copy.root().syncFileSystem();
    long snapshots = 0;
    for (Run run : runs.values()) {
      // As it is now: what expired while this went on is not there to be copied.
      snapshots += publish(source.run(run.name()).orElse(run)) ? 1 : 0;
    }
    return new Outcome(snapshots, mailboxes, messages, bytes, problems);
  }

  /** What of a Mailbox is written, and named by nothing yet. */
  private record Staged(
      MailboxAddress mailbox,
      List<SnapshotName> names,
      Map<String, String> digests,
      boolean incomplete) {}

  private void copy(MailboxAddress mailbox, SortedMap<SnapshotName, Run> runs) throws IOException {
    try {
      Optional<MailboxStore> found = MailboxStore.find(source.root(), mailbox);
      if (found.isPresent()) {
        try (MailboxStore from = found.get();
            MailboxStore to = openOrMake(mailbox)) {
          int tries = 0;
          while (!new OfMailbox(from, to).copy(runs.keySet())) {
            if (++tries == TRIES) {
              throw new StoreException("its days expire while they are copied: copy them later");
            }
          }
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (IOException e) {
      if (endsAll(e)) {
        throw e;
      }
      problems.add(mailbox + ": " + e.getMessage());
    }
  }

  /** Not this Mailbox's fault, and no other one would fare better. */
  private static boolean endsAll(IOException e) {
    return e instanceof Reserve.ReachedException || SnapshotCheckout.endsAll(e);
  }

  private MailboxStore openOrMake(MailboxAddress mailbox) throws IOException {
    Optional<MailboxStore> found = MailboxStore.find(copy.root(), mailbox);
    return found.isPresent() ? found.get() : MailboxStore.make(copy.root(), mailbox);
  }

  /** Messages and Listings must be on disk before a digest or a Manifest says that they are. */
  private void publish() throws IOException {
    if (staged.isEmpty()) {
      return;
    }
    copy.root().syncFileSystem();
    for (Staged each : staged) {
      try (MailboxStore to = openOrMake(each.mailbox())) {
        if (!each.digests().isEmpty()) {
          to.digests().record(each.digests());
        }
        if (each.incomplete()) {
          StoreFiles.publish(to.directory(), INCOMPLETE, new byte[0]);
        }
        for (SnapshotName name : each.names()) {
          to.publish(name);
        }
        if (!each.incomplete()) {
          StoreFiles.removeIfThere(to.directory(), INCOMPLETE);
        }
      }
    }
    staged.clear();
    stagedMessages = 0;
  }

  /** Whether the copy did not have that day. */
  private boolean publish(Run run) throws IOException {
    Optional<Run> there;
    try {
      there = copy.run(run.name());
    } catch (DamagedFileException e) {
      there = Optional.empty();
    }
    if (there.isEmpty()) {
      copy.publish(run);
      return true;
    }
    if (there.get().mailboxes() < run.mailboxes()) {
      // Mailboxes came to that day later; what has expired in the copy is the copy's matter.
      copy.rewrite(run.withExpired(Math.max(run.expired(), there.get().expired())));
    }
    return false;
  }

  private final class OfMailbox {
    private final MailboxStore from;
    private final MailboxStore to;
    private final Map<String, Boolean> listings = new HashMap<>();
    private final Map<String, String> fresh = new HashMap<>();
    private final Map<String, String> there = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final Map<String, Digests.Digest> known = new HashMap<>();
    private final List<String> lacking = new ArrayList<>();

    OfMailbox(MailboxStore from, MailboxStore to) {
      this.from = from;
      this.to = to;
    }

    /** False where days went meanwhile: what seems to be missing may have gone with them. */
    boolean copy(Set<SnapshotName> visible) throws IOException {
      copyPins();
      SortedMap<SnapshotName, Long> manifests = from.manifests();
      manifests.keySet().retainAll(visible);
      Set<SnapshotName> had = Set.copyOf(to.names());
      boolean all = again || isThere(to.directory(), INCOMPLETE);
      List<SnapshotName> wanted =
          manifests.keySet().stream().filter(name -> all || !had.contains(name)).toList();
      if (wanted.isEmpty()) {
        return true;
      }
      to.removeStaged(); // of one that was killed
      lookAround();
      List<SnapshotName> names = new ArrayList<>();
      for (SnapshotName name : wanted) {
        if (stage(name, manifests, had)) {
          names.add(name);
        }
      }
      if (!from.names().containsAll(wanted)) {
        return false;
      }
      lacking.forEach(what -> problems.add(from.mailbox() + ": " + what));
      staged.add(new Staged(from.mailbox(), names, Map.copyOf(fresh), !lacking.isEmpty()));
      stagedMessages += fresh.size();
      mailboxes += names.isEmpty() && fresh.isEmpty() ? 0 : 1;
      return true;
    }

    /**
     * What a pin keeps in the Store, the copy keeps, until somebody takes it away there as well: a
     * Store that was emptied must not take the held days of its copy with it.
     */
    private void copyPins() throws IOException {
      Set<FileName> had = to.pins().all().stream().map(Pin::file).collect(Collectors.toSet());
      for (Pin pin : from.pins().all()) {
        if (!had.contains(pin.file())) {
          to.pins().add(pin);
        }
      }
    }

    /** A Message without its digest may be one that a power cut has torn: it is copied again. */
    private void lookAround() throws IOException {
      known.putAll(from.digests().read().byPoolName());
      Map<String, Digests.Digest> digests = to.digests().read().byPoolName();
      for (DirectoryEntry entry : to.pool().list()) {
        String name = entry.name().encoded();
        Digests.@Nullable Digest digest = digests.get(name);
        if (digest != null) {
          there.put(name, digest.sha256());
        }
      }
    }

    private boolean stage(
        SnapshotName name, SortedMap<SnapshotName, Long> manifests, Set<SnapshotName> had)
        throws IOException {
      Optional<Manifest> there = had.contains(name) ? readable(to, name) : Optional.empty();
      Optional<Manifest> manifest = there.or(() -> readable(from, name));
      if (manifest.isEmpty()) {
        lacking.add(name + " is not copied: its manifest cannot be read");
        return false;
      }
      boolean listed = true;
      for (ManifestFolder folder : manifest.get().folders()) {
        listed &= listings.computeIfAbsent(folder.listing(), _ -> copyListing(name, folder));
      }
      // What the copy has stays as it is: the Store may have been damaged, and repaired, since. And
      // a Manifest whose Listing is lost would keep all of the Mailbox from expiring.
      if (there.isPresent() || !listed) {
        return false;
      }
      Long inode = manifests.get(name);
      Optional<SnapshotName> same =
          manifests.headMap(name).entrySet().stream()
              .filter(earlier -> earlier.getValue().equals(inode))
              .map(Map.Entry::getKey)
              .filter(had::contains)
              .filter(earlier -> readable(to, earlier).equals(manifest))
              .findFirst();
      if (same.isPresent()) {
        to.stageSame(name, same.get());
      } else {
        to.stage(name, manifest.get());
      }
      return true;
    }

    private static Optional<Manifest> readable(MailboxStore store, SnapshotName name) {
      try {
        return Optional.of(store.manifest(name));
      } catch (IOException e) {
        return Optional.empty();
      }
    }

    /** Whether the copy has it, with what of its messages could be copied. */
    private boolean copyListing(SnapshotName name, ManifestFolder folder) {
      try {
        Listing listing;
        try {
          listing = from.listing(folder.listing());
        } catch (IOException e) {
          if (isThere(to.listingsDirectory(), new FileName(folder.listing() + ".gz"))) {
            listing = to.listing(folder.listing());
          } else {
            throw e;
          }
        }
        for (ListedMessage message : listing.messages()) {
          if (seen.add(message.poolName())) {
            copyMessage(name, message);
          }
        }
        to.write(listing);
        return true;
      } catch (IOException e) {
        if (endsAll(e)) {
          throw new UncheckedIOException(e);
        }
        lacking.add("%s of %s: %s".formatted(folder.name(), name, e.getMessage()));
        return false;
      }
    }

    private void copyMessage(SnapshotName name, ListedMessage message) throws IOException {
      String recorded =
          Optional.ofNullable(known.get(message.poolName())).map(Digests.Digest::sha256).orElse("");
      @Nullable String copied = there.get(message.poolName());
      if (copied != null) {
        if (!recorded.isEmpty() && !recorded.equals(copied)) {
          lacking.add(message.poolName() + " of the copy is another message of that name");
        }
        return;
      }
      try (ReadableFile file = from.pool().file(FileName.ofEncoded(message.poolName()))) {
        if (FileCopies.hasHoles(file)) {
          lacking.add(message.poolName() + " has holes, and a copy of them would fill the disk");
          return;
        }
        Reserve.require(copy.root(), file.status().size());
        String sha256 = write(file, FileName.ofEncoded(message.poolName()));
        messages++;
        bytes += file.status().size();
        if (recorded.isEmpty() ? file.status().size() == message.size() : recorded.equals(sha256)) {
          fresh.put(message.poolName(), sha256);
        } else {
          // Better than nothing; without its digest it is no part of the copy that is relied upon.
          lacking.add(
              "%s of %s is copied as it is, and that is not what was read first"
                  .formatted(message.poolName(), name));
        }
      } catch (IOException e) {
        if (endsAll(e)) {
          throw e;
        }
        lacking.add("%s of %s: %s".formatted(message.poolName(), name, e.getMessage()));
      }
    }

    /** Under a name of its own until all of it is there. */
    private String write(ReadableFile file, FileName poolName) throws IOException {
      FileStatus status = file.status();
      StoreFiles.removeIfThere(to.pool(), UNFINISHED);
      MessageDigest digest = Lines.newSha256();
      try (NewFile written = to.pool().create(UNFINISHED, 0600);
          InputStream content = new DigestInputStream(file.stream(), digest)) {
        content.transferTo(written);
        give(written, status);
        written.setModified(status.modified());
      }
      to.pool().rename(UNFINISHED, to.pool(), poolName);
      return HexFormat.of().formatHex(digest.digest());
    }
  }

  /** Where the copy takes the place of the Store, it is mail of its owner; else no matter. */
  private static void give(NewFile written, FileStatus status) throws IOException {
    FileOwner owner = FileOwner.of(status);
    try {
      if (!FileOwner.of(written.status()).equals(owner)) {
        written.setOwner(owner);
      }
    } catch (PosixException e) {
      if (!e.is(Errno.EPERM)) {
        throw e;
      }
    }
  }

  private static boolean isThere(DirectoryHandle directory, FileName name) throws IOException {
    return directory.list().stream().anyMatch(entry -> entry.name().equals(name));
  }
}
