package org.mailtimemachine.restore.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.maildir.MessageFileName;
import org.mailtimemachine.mailstore.mime.MessageSource;
import org.mailtimemachine.mailstore.mime.ReadingBudget;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.restore.KeptContent;
import org.mailtimemachine.restore.PlainCopy;
import org.mailtimemachine.restore.Whereabouts;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * By size and Message-ID, and where these and the date do not settle it, by SHA-256. What is the
 * same to every client is the same. Of kept messages that are the same, each wants a live one.
 */
final class ImapWhereabouts implements Whereabouts {

  private static final System.Logger LOG = System.getLogger(ImapWhereabouts.class.getName());

  private static final int NOT_COUNTED = -1;

  /** Read for one plan to find out whether what came is there. */
  private static final long MOST_BYTES = 2L << 30;

  /** So many messages are read to find out whether the sizes of a server are true. */
  private static final int MOST_MEASURED = 20;

  private final ImapMailbox mailbox;
  private final FolderNames names;
  private final Map<String, ListedFolder> folders;
  private final KeptContent kept;
  private final ImapArrivals arrivals;
  private final Map<Long, List<ListedFolder.Message>> bySize = new HashMap<>();
  private final Map<String, List<ListedFolder.Message>> byId = new HashMap<>();
  private int measured;

  /** What each Folder held then, by size. */
  private final Map<String, Map<Long, List<ListedMessage>>> then = new HashMap<>();

  private Set<String> home = Set.of();
  private Map<Long, List<ListedMessage>> atHomeThen = Map.of();

  ImapWhereabouts(
      ImapMailbox mailbox, FolderNames names, Map<String, ListedFolder> folders, KeptContent kept) {
    this.mailbox = mailbox;
    this.names = names;
    this.folders = folders;
    this.kept = kept;
    this.arrivals = new ImapArrivals(mailbox, folders.values(), new ReadingBudget(MOST_BYTES));
    for (ListedFolder folder : folders.values()) {
      for (ListedFolder.Message message : folder.messages()) {
        bySize.computeIfAbsent(message.size(), _ -> new ArrayList<>(1)).add(message);
        if (!message.id().isEmpty()) {
          byId.computeIfAbsent(message.id(), _ -> new ArrayList<>(1)).add(message);
        }
      }
    }
  }

  @Override
  public void held(ManifestFolder folder, Listing listing) {
    // Two Folders of then may have one name on the server.
    Map<Long, List<ListedMessage>> messages =
        then.computeIfAbsent(
            names.mailbox(names.path(folder.name(), Optional.empty())), _ -> new HashMap<>());
    for (ListedMessage message : listing.messages()) {
      messages.computeIfAbsent(message.size(), _ -> new ArrayList<>(1)).add(message);
    }
  }

  @Override
  public List<FileName> path(ManifestFolder folder, Optional<String> below) {
    return names.path(folder.name(), below);
  }

  @Override
  public boolean has(List<FileName> path) {
    return folders.containsKey(names.mailbox(path));
  }

  @Override
  public void at(ManifestFolder folder, List<FileName> path) {
    atHomeThen =
        then.getOrDefault(names.mailbox(names.path(folder.name(), Optional.empty())), Map.of());
    home =
        new HashSet<>(
            List.of(
                names.mailbox(names.path(folder.name(), Optional.empty())), names.mailbox(path)));
  }

  @Override
  public Optional<Place> find(ListedMessage message, boolean evenMoved) throws IOException {
    try {
      return find(new Wanted(message));
    } catch (UnreadableException e) {
      // It is refused when its turn comes, and the others come back.
      LOG.log(System.Logger.Level.WARNING, "A kept message cannot be compared", e);
      return Optional.empty();
    }
  }

  @Override
  public Optional<Place> find(PlainCopy copy, MessageSource source) throws IOException {
    return arrivals.find(copy, source, home).map(this::place);
  }

  private Place place(ListedFolder.Message message) {
    return new Place(message.folder().name(), home.contains(message.folder().mailbox()));
  }

  private Optional<Place> find(Wanted wanted) throws IOException {
    List<Long> sizes = wanted.likelySizes();
    Optional<ListedFolder.Message> found = find(wanted, sizes);
    if (found.isEmpty() && !wanted.isRead()) {
      // The name may have lied about the size, as it does of mail that is stored compressed.
      long real = wanted.text().size();
      if (!sizes.contains(real)) {
        found = find(wanted, List.of(real));
      }
    }
    if (found.isEmpty()) {
      measure(wanted);
    }
    return found.map(this::place);
  }

  private Optional<ListedFolder.Message> find(Wanted wanted, List<Long> sizes) throws IOException {
    List<ListedFolder.Message> candidates = new ArrayList<>();
    for (long size : sizes) {
      candidates.addAll(bySize.getOrDefault(size, List.of()));
    }
    int twins = NOT_COUNTED;
    for (ListedFolder.Message each : candidates) {
      if (home.contains(each.folder().mailbox()) && isIt(each, wanted)) {
        twins = twins == NOT_COUNTED ? twinsBefore(wanted.message()) : twins;
        if (twins-- == 0) {
          return Optional.of(each);
        }
      }
    }
    for (ListedFolder.Message each : candidates) {
      if (!home.contains(each.folder().mailbox())
          && !each.folder().wasteBasket()
          && isIt(each, wanted)
          && cameSince(each.folder(), wanted)) {
        twins = twins == NOT_COUNTED ? twinsBefore(wanted.message()) : twins;
        if (twins-- == 0) {
          return Optional.of(each);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * A server whose sizes are guesses would get everything twice. So of what has the Message-ID of a
   * message that is missing, and another size, some are read: it throws where they have not the
   * size that the server says.
   */
  private void measure(Wanted wanted) throws IOException {
    if (measured < MOST_MEASURED && !wanted.id().isEmpty()) {
      for (ListedFolder.Message each : byId.getOrDefault(wanted.id(), List.of())) {
        if (measured++ < MOST_MEASURED) {
          mailbox.sha256(each);
        }
      }
    }
  }

  /**
   * How many messages of the same Folder are the same and stand before it: whichever of them is
   * asked for, and when, each has a live one of its own or is missing.
   */
  private int twinsBefore(ListedMessage message) {
    Set<String> before = new HashSet<>();
    for (ListedMessage each : atHomeThen.getOrDefault(message.size(), List.of())) {
      if (each.poolName().equals(message.poolName())) {
        break;
      }
      if (isSame(each, message)) {
        before.add(each.poolName());
      }
    }
    return before.size();
  }

  private boolean isIt(ListedFolder.Message live, Wanted wanted) throws IOException {
    String id = wanted.id();
    boolean sameDate = live.received() == wanted.message().internalDate().getEpochSecond();
    if (!id.isEmpty() && !live.id().isEmpty()) {
      boolean sameId = id.equals(live.id());
      if (!sameId && !sameDate) {
        return false;
      }
      if (sameId && sameDate && isAloneInItsSecond(wanted.message())) {
        return true;
      }
    }
    Optional<String> digest = mailbox.sha256(live);
    return digest.isPresent() && digest.get().equals(wanted.text().sha256());
  }

  /**
   * Whether its Folder held no other of its size and second: a sender who wants that one deleted
   * message is taken for another one chooses all that is compared without reading.
   */
  private boolean isAloneInItsSecond(ListedMessage message) {
    return atHomeThen.getOrDefault(message.size(), List.of()).stream()
        .noneMatch(
            each ->
                !each.poolName().equals(message.poolName())
                    && each.internalDate().getEpochSecond()
                        == message.internalDate().getEpochSecond());
  }

  /** Of one that cannot be read, nobody knows. */
  private boolean isSame(ListedMessage one, ListedMessage other) {
    try {
      return kept.sha256(one).equals(kept.sha256(other));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "A kept message cannot be compared", e);
      return false;
    }
  }

  /** Whether a Folder did not hold that message in the Snapshot: a copy of then is no move. */
  private boolean cameSince(ListedFolder folder, Wanted wanted) {
    ListedMessage message = wanted.message();
    for (ListedMessage each :
        then.getOrDefault(folder.mailbox(), Map.of()).getOrDefault(message.size(), List.of())) {
      if (each.poolName().equals(message.poolName()) || isSame(each, message)) {
        return false;
      }
    }
    return true;
  }

  /** A kept message, of which no more is read than is asked for. */
  private final class Wanted {
    private final ListedMessage message;
    private Optional<String> id = Optional.empty();
    private Optional<MessageText> text = Optional.empty();

    Wanted(ListedMessage message) {
      this.message = message;
    }

    ListedMessage message() {
      return message;
    }

    /** By its name, where that says so. */
    List<Long> likelySizes() throws IOException {
      MessageFileName name = MessageFileName.of(FileName.ofEncoded(message.baseName()));
      return List.of(
          name.virtualSize().isPresent() ? name.virtualSize().getAsLong() : text().size());
    }

    boolean isRead() {
      return text.isPresent();
    }

    String id() throws IOException {
      if (id.isEmpty()) {
        try (SnapshotStore.StoredMessage file = kept.open(message)) {
          id = Optional.of(MessageText.messageIdOf(file::read));
        } catch (IOException e) {
          throw new UnreadableException(message, e);
        }
      }
      return id.get();
    }

    MessageText text() throws IOException {
      if (text.isEmpty()) {
        try (SnapshotStore.StoredMessage file = kept.open(message)) {
          // A file of holes would be read for days, and is never put back.
          text =
              Optional.of(
                  file.hasHoles()
                      ? new MessageText(-1, KeptContent.NO_DIGEST)
                      : MessageText.of(file::read));
        } catch (IOException e) {
          throw new UnreadableException(message, e);
        }
      }
      return text.get();
    }
  }

  /** The Pool lacks a message, or its disk does not give it. */
  private static final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableException(ListedMessage message, IOException cause) {
      super(message.poolName() + ": " + cause.getMessage(), cause);
    }
  }

  @Override
  public long inode(ListedMessage message) {
    return 0;
  }

  @Override
  public void close() {}
}
