package org.mailtimemachine.restore;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.maildir.MessageFileName;
import org.mailtimemachine.mailstore.maildir.ModifiedUtf7;
import org.mailtimemachine.mailstore.mime.MessageSource;
import org.mailtimemachine.mailstore.mime.ReadingBudget;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.snapshot.StoredFile;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/** In a Maildir: by inode, base name, and SHA-256. */
final class MaildirWhereabouts implements Whereabouts {

  private static final int LONGEST_NAME = 255;

  /** Read for one plan to find out whether what came is there. */
  private static final long MOST_BYTES = 4L << 30;

  private static final List<MaildirContents.Spot> NOWHERE = List.of();

  private final MaildirContents live;
  private final KeptContent kept;
  private final LiveFiles files;
  private final Map<String, Long> pool;
  private final Map<Long, List<MaildirContents.Spot>> elsewhereByInode = new HashMap<>();
  private final Map<String, List<MaildirContents.Spot>> elsewhereByBaseName = new HashMap<>();

  /** What each Folder held then, by its directory. */
  private final Map<String, Set<Long>> inodesThen = new HashMap<>();

  private final Map<String, Set<String>> baseNamesThen = new HashMap<>();
  private @Nullable Map<Long, Strangers> strangersBySize;
  private @Nullable MaildirArrivals arrivals;
  private Set<MaildirContents.Content> home = Set.of();

  /** Whether the host lays Folders out as directories in directories: {@code LAYOUT=fs}. */
  private boolean nested;

  MaildirWhereabouts(Maildir maildir, MaildirContents live, KeptContent kept) throws IOException {
    this.live = live;
    this.kept = kept;
    this.files = new LiveFiles(maildir);
    this.pool = inodes(kept, maildir);
    for (MaildirContents.Content content : live.folders()) {
      nested |= plain(content.folder().directory());
      if (!content.wasteBasket()) {
        for (MaildirContents.Spot spot : content.spots()) {
          add(elsewhereByInode, spot.inode(), spot);
          add(elsewhereByBaseName, MessageFileName.of(spot.name()).base().bytes(), spot);
        }
      }
    }
  }

  /**
   * What the Pool holds, by name; empty where it lies on another file system than the mail. An
   * inode that a Listing names says something only as long as the Pool holds it: after a move of
   * the Store, or a repair, it may be that of any other file.
   */
  private static Map<String, Long> inodes(KeptContent kept, Maildir maildir) throws IOException {
    Map<String, Long> inodes = new HashMap<>();
    if (kept.pool().status().device() == maildir.root().status().device()) {
      kept.pool().list().forEach(entry -> inodes.put(entry.name().encoded(), entry.inode()));
    }
    return inodes;
  }

  private static <K> void add(
      Map<K, List<MaildirContents.Spot>> spots, K key, MaildirContents.Spot spot) {
    List<MaildirContents.Spot> known = spots.putIfAbsent(key, List.of(spot));
    if (known != null) {
      List<MaildirContents.Spot> all = new ArrayList<>(known);
      all.add(spot);
      spots.put(key, all);
    }
  }

  @Override
  public void held(ManifestFolder folder, Listing listing) {
    Set<Long> inodes = new HashSet<>();
    Set<String> baseNames = new HashSet<>();
    for (ListedMessage message : listing.messages()) {
      inodes.add(inode(message));
      baseNames.add(FileName.ofEncoded(message.baseName()).bytes());
    }
    inodesThen.put(folder.directory(), inodes);
    baseNamesThen.put(folder.directory(), baseNames);
    nested |= folder.directory().contains("/") || plain(folder.directory());
  }

  /** A directory that Maildir++ would not make. */
  private static boolean plain(String directory) {
    return !directory.isEmpty() && !directory.startsWith(".");
  }

  @Override
  public List<FileName> path(ManifestFolder folder, Optional<String> below)
      throws DamagedFileException {
    List<FileName> original = MaildirPaths.of(folder);
    if (below.isEmpty()) {
      return original;
    }
    FileName top = new FileName(below.get());
    if (nested) {
      List<FileName> path = new ArrayList<>(List.of(top));
      path.addAll(original.isEmpty() ? List.of(new FileName("INBOX")) : original);
      return path;
    }
    String rest =
        original.isEmpty()
            ? ".INBOX"
            : original.size() == 1 && original.getFirst().hidden()
                ? original.getFirst().bytes()
                : dotted(folder.name());
    String name = "." + top.bytes() + rest;
    return List.of(new FileName(name.length() <= LONGEST_NAME ? name : "." + top.bytes()));
  }

  private static String dotted(FolderName name) {
    StringBuilder dotted = new StringBuilder();
    name.levels()
        .forEach(level -> dotted.append('.').append(ModifiedUtf7.encode(level).replace('.', '_')));
    return dotted.toString();
  }

  @Override
  public boolean has(List<FileName> path) {
    return live.folder(MaildirPaths.directory(path)).isPresent();
  }

  @Override
  public void at(ManifestFolder folder, List<FileName> path) {
    Set<MaildirContents.Content> both = new HashSet<>();
    live.folder(folder.directory()).ifPresent(both::add);
    live.folder(MaildirPaths.directory(path)).ifPresent(both::add);
    home = both;
  }

  @Override
  public Optional<Place> find(ListedMessage message, boolean evenMoved) throws IOException {
    return spot(message, evenMoved).map(this::place);
  }

  @Override
  public Optional<Place> find(PlainCopy copy, MessageSource text) throws IOException {
    MaildirArrivals all = arrivals;
    if (all == null) {
      all = new MaildirArrivals(live, files, new ReadingBudget(MOST_BYTES));
      arrivals = all;
    }
    return all.find(copy, text, home).map(this::place);
  }

  private Place place(MaildirContents.Spot spot) {
    return new Place(spot.folder().folder().name(), home.contains(spot.folder()));
  }

  /** At home rather than anywhere else. */
  private Optional<MaildirContents.Spot> spot(ListedMessage message, boolean evenMoved)
      throws IOException {
    for (MaildirContents.Content folder : home) {
      Optional<MaildirContents.Spot> there = in(folder, message);
      if (there.isPresent()) {
        return there;
      }
    }
    Optional<MaildirContents.Spot> elsewhere = elsewhere(message);
    return elsewhere.isPresent() && !evenMoved
        ? elsewhere
        : sameContent(message).or(() -> elsewhere);
  }

  private Optional<MaildirContents.Spot> in(MaildirContents.Content folder, ListedMessage message)
      throws IOException {
    long inode = inode(message);
    Optional<MaildirContents.Spot> same = inode == 0 ? Optional.empty() : folder.inode(inode);
    if (same.isPresent()) {
      return same;
    }
    Optional<MaildirContents.Spot> named = folder.baseName(FileName.ofEncoded(message.baseName()));
    return named.isPresent() && sameSize(named.get(), message) ? named : Optional.empty();
  }

  private Optional<MaildirContents.Spot> elsewhere(ListedMessage message) throws IOException {
    long inode = inode(message);
    for (MaildirContents.Spot spot :
        inode == 0 ? NOWHERE : elsewhereByInode.getOrDefault(inode, NOWHERE)) {
      if (cameSince(spot)) {
        return Optional.of(spot);
      }
    }
    String base = FileName.ofEncoded(message.baseName()).bytes();
    for (MaildirContents.Spot spot : elsewhereByBaseName.getOrDefault(base, NOWHERE)) {
      if (cameSince(spot) && sameSize(spot, message)) {
        return Optional.of(spot);
      }
    }
    return Optional.empty();
  }

  /** Whether a Folder did not hold that file in the Snapshot. */
  private boolean cameSince(MaildirContents.Spot spot) {
    String directory = spot.folder().folder().directory();
    return !inodesThen.getOrDefault(directory, Set.of()).contains(spot.inode())
        && !baseNamesThen
            .getOrDefault(directory, Set.of())
            .contains(MessageFileName.of(spot.name()).base().bytes());
  }

  /** What identifies a Message as long as the Pool holds it; else 0. */
  @Override
  public long inode(ListedMessage message) {
    Long held = pool.get(message.poolName());
    return held != null && held == message.inode() ? held : 0;
  }

  /** A base name is kept by every rename; only an editor gives its file another size. */
  private boolean sameSize(MaildirContents.Spot spot, ListedMessage message) throws IOException {
    return files.status(spot).map(status -> status.size() == message.size()).orElse(true);
  }

  /** What came back under another name: by an import, by a client, by an earlier restore. */
  private Optional<MaildirContents.Spot> sameContent(ListedMessage message) throws IOException {
    Strangers ofThatSize = strangers().get(message.size());
    if (ofThatSize == null) {
      return Optional.empty();
    }
    Map<MaildirContents.Content, MaildirContents.Spot> same =
        ofThatSize.byDigest().getOrDefault(kept.sha256(message), Map.of());
    for (MaildirContents.Content folder : home) {
      MaildirContents.Spot athome = same.get(folder);
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
      for (MaildirContents.Content content : live.folders()) {
        for (MaildirContents.Spot spot : content.spots()) {
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
    private final List<MaildirContents.Spot> spots = new ArrayList<>();
    private @Nullable Map<String, Map<MaildirContents.Content, MaildirContents.Spot>> byDigest;

    /** By SHA-256: one of each Folder that has such. */
    Map<String, Map<MaildirContents.Content, MaildirContents.Spot>> byDigest() throws IOException {
      Map<String, Map<MaildirContents.Content, MaildirContents.Spot>> known = byDigest;
      if (known == null) {
        known = new HashMap<>();
        for (MaildirContents.Spot spot : spots) {
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

  private Optional<String> sha256(MaildirContents.Spot spot) throws IOException {
    try (StoredFile file = files.open(spot)) {
      // Its owner may have made terabytes of holes.
      return file.hasHoles() ? Optional.empty() : Optional.of(file.sha256());
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      return Optional.empty(); // gone from there, or nothing that can be read
    }
  }

  @Override
  public void close() {
    files.close();
  }
}
