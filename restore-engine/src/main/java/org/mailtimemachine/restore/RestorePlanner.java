package org.mailtimemachine.restore;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.maildir.MaildirFolder;
import org.mailtimemachine.mailstore.maildir.MessageFileName;
import org.mailtimemachine.mailstore.maildir.ModifiedUtf7;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.snapshot.MailHost;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.StoredFile;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.Manifest;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * Finds out what is missing: a Message of the Snapshot that is neither in its Folder of the live
 * Mailbox nor in another one other than Trash and Junk, by inode, base name, and SHA-256. Changes
 * nothing. Safe for use by several threads.
 */
public final class RestorePlanner {

  private static final int LONGEST_NAME = 255;

  /** Equal to none. */
  private static final String NO_DIGEST = "";

  private static final List<LiveMailbox.Spot> NOWHERE = List.of();

  private final Store store;
  private final MailboxSettings mail;
  private final InstantSource clock;

  /**
   * @param mail where the live Mailboxes are
   */
  public RestorePlanner(Store store, MailboxSettings mail, InstantSource clock) {
    this.store = store;
    this.mail = mail;
    this.clock = clock;
  }

  /**
   * Plans a restore.
   *
   * @throws RestoreException where the Mailbox is not on the host, or has no such Snapshot or
   *     Folder
   * @throws IOException where the Snapshot or the live Mailbox cannot be read
   */
  public RestorePlan plan(RestoreRequest request) throws IOException {
    return plan(request, request.mailbox());
  }

  /**
   * The same, into the live mail of another Mailbox: what that one has is there, whoever it came
   * from.
   */
  public RestorePlan plan(RestoreRequest request, MailboxAddress into) throws IOException {
    return withQuota(withoutQuota(request, into));
  }

  /** Adds what the Mailbox holds and may hold: whoever is asked for that may take his time. */
  public RestorePlan withQuota(RestorePlan plan) throws IOException {
    try (Maildir maildir = maildir(plan.into())) {
      return plan.with(mail.quotas().of(plan.into(), maildir.root()));
    }
  }

  /** A plan that does not say what the Mailbox holds and may hold. */
  public RestorePlan withoutQuota(RestoreRequest request) throws IOException {
    return withoutQuota(request, request.mailbox());
  }

  private RestorePlan withoutQuota(RestoreRequest request, MailboxAddress into) throws IOException {
    if (!store.snapshots(request.mailbox()).contains(request.snapshot())) {
      throw new RestoreException(
          Hindrance.SNAPSHOT_GONE,
          "%s has no snapshot %s".formatted(request.mailbox(), request.snapshot()));
    }
    try (Maildir maildir = maildir(into)) {
      return plan(request, into, maildir, LiveMailbox.look(maildir, clock));
    }
  }

  private Maildir maildir(MailboxAddress into) throws IOException {
    return MailHost.maildir(mail, into, _ -> {})
        .orElseThrow(
            () ->
                new RestoreException(
                    Hindrance.MAILBOX_GONE, "the mailbox %s is not on this host".formatted(into)));
  }

  /** The same without its quota, where the live Mailbox was looked at already. */
  RestorePlan plan(RestoreRequest request, MailboxAddress into, Maildir maildir, LiveMailbox live)
      throws IOException {
    Manifest manifest = store.manifest(request.mailbox(), request.snapshot());
    try (DirectoryHandle pool = store.poolDirectory(request.mailbox());
        LiveFiles files = new LiveFiles(maildir)) {
      return new Planning(request, into, live, files, inodes(pool, maildir), clock.instant())
          .plan(manifest, wanted(manifest, request.scope()));
    }
  }

  /**
   * What the Pool holds, by name; empty where it lies on another file system than the mail. An
   * inode that a Listing names says something only as long as the Pool holds it: after a move of
   * the Store, or a repair, it may be that of any other file.
   */
  private static Map<String, Long> inodes(DirectoryHandle pool, Maildir maildir)
      throws IOException {
    Map<String, Long> inodes = new HashMap<>();
    if (pool.status().device() == maildir.root().status().device()) {
      pool.list().forEach(entry -> inodes.put(entry.name().encoded(), entry.inode()));
    }
    return inodes;
  }

  private static List<ManifestFolder> wanted(Manifest manifest, RestoreScope scope)
      throws RestoreException {
    Set<FolderName> names =
        switch (scope) {
          case RestoreScope.WholeMailbox _ -> null;
          case RestoreScope.Folders folders -> folders.names();
          case RestoreScope.Messages messages -> messages.poolNames().keySet();
        };
    if (names == null) {
      return manifest.folders();
    }
    for (FolderName name : names) {
      if (manifest.folder(name).isEmpty()) {
        throw new RestoreException("%s had no folder %s then".formatted(manifest.mailbox(), name));
      }
    }
    return manifest.folders().stream().filter(folder -> names.contains(folder.name())).toList();
  }

  /** One plan. */
  private final class Planning {
    private final RestoreRequest request;
    private final MailboxAddress into;
    private final LiveMailbox live;
    private final LiveFiles files;
    private final Instant now;
    private final Map<String, Long> pool;
    private final Map<Long, List<LiveMailbox.Spot>> elsewhereByInode = new HashMap<>();
    private final Map<String, List<LiveMailbox.Spot>> elsewhereByBaseName = new HashMap<>();

    /**
     * What each Folder held then, by its directory: a copy that was there is no proof of a move.
     */
    private final Map<String, Set<Long>> inodesThen = new HashMap<>();

    private final Map<String, Set<String>> baseNamesThen = new HashMap<>();
    private @Nullable Map<Long, Strangers> strangersBySize;
    private @Nullable Map<String, String> digests;
    private int sequence;

    /** Whether the host lays Folders out as directories in directories: {@code LAYOUT=fs}. */
    private boolean nested;

    Planning(
        RestoreRequest request,
        MailboxAddress into,
        LiveMailbox live,
        LiveFiles files,
        Map<String, Long> pool,
        Instant now) {
      this.request = request;
      this.into = into;
      this.live = live;
      this.files = files;
      this.pool = pool;
      this.now = now;
      for (LiveMailbox.Content content : live.folders()) {
        if (!content.wasteBasket()) {
          for (LiveMailbox.Spot spot : content.spots()) {
            add(elsewhereByInode, spot.inode(), spot);
            add(elsewhereByBaseName, MessageFileName.of(spot.name()).base().bytes(), spot);
          }
        }
      }
    }

    private static <K> void add(
        Map<K, List<LiveMailbox.Spot>> spots, K key, LiveMailbox.Spot spot) {
      List<LiveMailbox.Spot> known = spots.putIfAbsent(key, List.of(spot));
      if (known != null) {
        List<LiveMailbox.Spot> all = new ArrayList<>(known);
        all.add(spot);
        spots.put(key, all);
      }
    }

    RestorePlan plan(Manifest manifest, List<ManifestFolder> wanted) throws IOException {
      Map<String, Listing> listings = new HashMap<>();
      Set<String> directories = wanted.stream().map(ManifestFolder::directory).collect(toSet());
      for (ManifestFolder folder : manifest.folders()) {
        Listing listing = store.listing(request.mailbox(), folder.listing());
        Set<Long> inodes = new HashSet<>();
        Set<String> baseNames = new HashSet<>();
        for (ListedMessage message : listing.messages()) {
          inodes.add(inode(message));
          baseNames.add(FileName.ofEncoded(message.baseName()).bytes());
        }
        inodesThen.put(folder.directory(), inodes);
        baseNamesThen.put(folder.directory(), baseNames);
        if (directories.contains(folder.directory())) {
          listings.put(folder.directory(), listing);
        }
        nested |= folder.directory().contains("/") || plain(folder.directory());
      }
      nested |= live.folders().stream().anyMatch(each -> plain(each.folder().directory()));
      List<PlannedFolder> folders = new ArrayList<>();
      for (ManifestFolder folder : wanted) {
        folders.add(plan(folder, requireNonNull(listings.get(folder.directory()))));
      }
      return new RestorePlan(
          request.id(),
          request.mailbox(),
          request.snapshot(),
          into,
          request.target(),
          request.moved(),
          now,
          Optional.empty(),
          folders);
    }

    private PlannedFolder plan(ManifestFolder folder, Listing listing) throws IOException {
      List<FileName> path = path(folder);
      // Where it was, and where it would go: what is in either of them is there.
      Set<LiveMailbox.Content> home = new HashSet<>();
      live.folder(folder.directory()).ifPresent(home::add);
      live.folder(directory(path)).ifPresent(home::add);
      SortedMap<FolderName, Long> moved = new TreeMap<>();
      List<ListedMessage> missing = new ArrayList<>();
      Set<String> planned = new HashSet<>();
      long present = 0;
      for (ListedMessage message : listing.messages()) {
        if (!wanted(folder, message)) {
          continue;
        }
        Optional<LiveMailbox.Spot> same = find(message, home);
        if (same.isPresent() && home.contains(same.get().folder())) {
          present++;
          continue;
        }
        if (same.isPresent() && !request.moved()) {
          moved.merge(same.get().folder().folder().name(), 1L, Long::sum);
          continue;
        }
        // A Message that the Folder had twice, by two names of one file, comes back once.
        if (planned.add(message.poolName())) {
          missing.add(message);
        }
      }
      missing.sort(Comparator.comparing(ListedMessage::internalDate));
      return new PlannedFolder(
          folder.name(),
          path,
          (!missing.isEmpty() || wantedEmpty(listing)) && live.folder(directory(path)).isEmpty(),
          missing.stream().map(message -> planned(message, listing)).toList(),
          present,
          moved,
          folder.busy());
    }

    /**
     * Whether a Folder comes back without a message: one that was empty. One whose messages have
     * all gone elsewhere was renamed, mostly.
     */
    private boolean wantedEmpty(Listing listing) {
      return listing.messages().isEmpty()
          && request.target() == RestoreRequest.Target.ORIGINAL_FOLDERS
          && !(request.scope() instanceof RestoreScope.Messages);
    }

    private boolean wanted(ManifestFolder folder, ListedMessage message) {
      return !(request.scope() instanceof RestoreScope.Messages messages)
          || messages
              .poolNames()
              .getOrDefault(folder.name(), Set.of())
              .contains(message.poolName());
    }

    /** Where a Message is now; at home rather than anywhere else. */
    private Optional<LiveMailbox.Spot> find(ListedMessage message, Set<LiveMailbox.Content> home)
        throws IOException {
      for (LiveMailbox.Content folder : home) {
        Optional<LiveMailbox.Spot> there = in(folder, message);
        if (there.isPresent()) {
          return there;
        }
      }
      Optional<LiveMailbox.Spot> elsewhere = elsewhere(message);
      // Who wants back what was only moved wants to know whether it came back under another name.
      return elsewhere.isPresent() && !request.moved()
          ? elsewhere
          : sameContent(message, home).or(() -> elsewhere);
    }

    private Optional<LiveMailbox.Spot> in(LiveMailbox.Content folder, ListedMessage message)
        throws IOException {
      long inode = inode(message);
      Optional<LiveMailbox.Spot> same = inode == 0 ? Optional.empty() : folder.inode(inode);
      if (same.isPresent()) {
        return same;
      }
      Optional<LiveMailbox.Spot> named = folder.baseName(FileName.ofEncoded(message.baseName()));
      return named.isPresent() && sameSize(named.get(), message) ? named : Optional.empty();
    }

    private Optional<LiveMailbox.Spot> elsewhere(ListedMessage message) throws IOException {
      long inode = inode(message);
      for (LiveMailbox.Spot spot :
          inode == 0 ? NOWHERE : elsewhereByInode.getOrDefault(inode, NOWHERE)) {
        if (cameSince(spot)) {
          return Optional.of(spot);
        }
      }
      String base = FileName.ofEncoded(message.baseName()).bytes();
      for (LiveMailbox.Spot spot : elsewhereByBaseName.getOrDefault(base, NOWHERE)) {
        if (cameSince(spot) && sameSize(spot, message)) {
          return Optional.of(spot);
        }
      }
      return Optional.empty();
    }

    /** Whether a Folder did not hold that file in the Snapshot. */
    private boolean cameSince(LiveMailbox.Spot spot) {
      String directory = spot.folder().folder().directory();
      return !inodesThen.getOrDefault(directory, Set.of()).contains(spot.inode())
          && !baseNamesThen
              .getOrDefault(directory, Set.of())
              .contains(MessageFileName.of(spot.name()).base().bytes());
    }

    /** What identifies a Message as long as the Pool holds it; else 0. */
    private long inode(ListedMessage message) {
      Long held = pool.get(message.poolName());
      return held != null && held == message.inode() ? held : 0;
    }

    /** A base name is kept by every rename; only an editor gives its file another size. */
    private boolean sameSize(LiveMailbox.Spot spot, ListedMessage message) throws IOException {
      return files.status(spot).map(status -> status.size() == message.size()).orElse(true);
    }

    /** What came back under another name: by an import, by a client, by an earlier restore. */
    private Optional<LiveMailbox.Spot> sameContent(
        ListedMessage message, Set<LiveMailbox.Content> home) throws IOException {
      Strangers ofThatSize = strangers().get(message.size());
      if (ofThatSize == null) {
        return Optional.empty();
      }
      Map<LiveMailbox.Content, LiveMailbox.Spot> same =
          ofThatSize.byDigest().getOrDefault(sha256(message), Map.of());
      for (LiveMailbox.Content folder : home) {
        LiveMailbox.Spot athome = same.get(folder);
        if (athome != null) {
          return Optional.of(athome);
        }
      }
      return same.values().stream().filter(spot -> !spot.folder().wasteBasket()).findFirst();
    }

    /** The live messages that came into their Folders since, by size. */
    private Map<Long, Strangers> strangers() throws IOException {
      Map<Long, Strangers> bySize = strangersBySize;
      if (bySize == null) {
        bySize = new HashMap<>();
        for (LiveMailbox.Content content : live.folders()) {
          for (LiveMailbox.Spot spot : content.spots()) {
            if (cameSince(spot)) {
              Optional<FileStatus> status = files.status(spot);
              if (status.isPresent()) {
                bySize.computeIfAbsent(status.get().size(), _ -> new Strangers()).spots.add(spot);
              }
            }
          }
        }
        strangersBySize = bySize;
      }
      return bySize;
    }

    /** Messages of one size, which are read only where a missing one has that size, and once. */
    private final class Strangers {
      private final List<LiveMailbox.Spot> spots = new ArrayList<>();
      private @Nullable Map<String, Map<LiveMailbox.Content, LiveMailbox.Spot>> byDigest;

      /** By SHA-256: one of each Folder that has such. */
      Map<String, Map<LiveMailbox.Content, LiveMailbox.Spot>> byDigest() throws IOException {
        Map<String, Map<LiveMailbox.Content, LiveMailbox.Spot>> known = byDigest;
        if (known == null) {
          known = new HashMap<>();
          for (LiveMailbox.Spot spot : spots) {
            Optional<String> digest = sha256(spot);
            if (digest.isPresent()) {
              known
                  .computeIfAbsent(digest.get(), _ -> new LinkedHashMap<>())
                  .putIfAbsent(spot.folder(), spot);
            }
          }
          byDigest = known;
        }
        return known;
      }
    }

    private String sha256(ListedMessage message) throws IOException {
      Map<String, String> known = digests;
      if (known == null) {
        known = new HashMap<>(store.digests(request.mailbox()));
        digests = known;
      }
      String digest = known.get(message.poolName());
      if (digest == null) {
        try (var kept = store.message(request.mailbox(), message.poolName())) {
          digest = kept.hasHoles() ? NO_DIGEST : kept.sha256();
        }
        known.put(message.poolName(), digest);
      }
      return digest;
    }

    private Optional<String> sha256(LiveMailbox.Spot spot) throws IOException {
      try (StoredFile file = files.open(spot)) {
        // Its owner may have made terabytes of holes.
        return file.hasHoles() ? Optional.empty() : Optional.of(file.sha256());
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        return Optional.empty(); // gone from there, or nothing that can be read
      }
    }

    /** Where the messages of a Folder go. */
    private List<FileName> path(ManifestFolder folder) throws DamagedFileException {
      List<FileName> original = directoryOf(folder);
      if (request.target() == RestoreRequest.Target.ORIGINAL_FOLDERS) {
        return original;
      }
      FileName top = new FileName("Restored " + request.snapshot().text());
      if (nested) {
        List<FileName> path = new ArrayList<>(List.of(top));
        path.addAll(original.isEmpty() ? List.of(new FileName("INBOX")) : original);
        return path;
      }
      String below =
          original.isEmpty()
              ? ".INBOX"
              : original.size() == 1 && original.getFirst().hidden()
                  ? original.getFirst().bytes()
                  : dotted(folder.name());
      String name = "." + top.bytes() + below;
      return List.of(new FileName(name.length() <= LONGEST_NAME ? name : "." + top.bytes()));
    }

    /** A directory that Maildir++ would not make. */
    private static boolean plain(String directory) {
      return !directory.isEmpty() && !directory.startsWith(".");
    }

    private static String dotted(FolderName name) {
      StringBuilder dotted = new StringBuilder();
      name.levels()
          .forEach(
              level -> dotted.append('.').append(ModifiedUtf7.encode(level).replace('.', '_')));
      return dotted.toString();
    }

    private static List<FileName> directoryOf(ManifestFolder folder) throws DamagedFileException {
      if (folder.directory().isEmpty()) {
        return List.of();
      }
      try {
        List<FileName> path =
            Stream.of(folder.directory().split("/", -1)).map(FileName::ofEncoded).toList();
        // No Manifest can lead out of the Mailbox.
        if (path.stream().noneMatch(name -> Set.of(".", "..").contains(name.bytes()))) {
          return path;
        }
      } catch (IllegalArgumentException e) {
        throw new DamagedFileException(folder.directory(), "is no directory of a folder", e);
      }
      throw new DamagedFileException(folder.directory(), "is no directory of a folder");
    }

    private static String directory(List<FileName> path) {
      return new MaildirFolder(FolderName.INBOX, path, false, Optional.empty()).directory();
    }

    private PlannedMessage planned(ListedMessage message, Listing listing) {
      List<String> keywords =
          message
              .keywords()
              .chars()
              .mapToObj(letter -> listing.keywords().get((char) letter))
              .filter(name -> name != null)
              .distinct()
              .toList();
      return new PlannedMessage(
          message.poolName(),
          inode(message),
          new FileName(baseName(message)),
          new Flags(message.flags().letters().replace("T", "")),
          keywords,
          message.size(),
          message.internalDate());
    }

    /** A name that no message has, or had. */
    private String baseName(ListedMessage message) {
      MessageFileName was = MessageFileName.of(FileName.ofEncoded(message.baseName()));
      String unique =
          "%d.M%06dR%sQ%d.restored"
              .formatted(
                  now.getEpochSecond(),
                  now.getNano() / 1000,
                  request.id().toString().replace("-", "").substring(0, 16),
                  ++sequence);
      // A wrong size makes Dovecot end the session that reads the message. S= is that on disk, and
      // not so of compressed mail: what the name said is right where it says that, and else ours.
      if (was.size().isPresent() && was.size().getAsLong() != message.size()) {
        return unique;
      }
      String sized = unique + ",S=" + message.size();
      return was.size().isPresent()
              && was.virtualSize().isPresent()
              && was.virtualSize().getAsLong() >= message.size()
          ? sized + ",W=" + was.virtualSize().getAsLong()
          : sized;
    }
  }
}
