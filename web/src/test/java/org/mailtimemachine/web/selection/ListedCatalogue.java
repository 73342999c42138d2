package org.mailtimemachine.web.selection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.mailstore.maildir.SpecialUse;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.Departures;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.MessageLocation;
import org.mailtimemachine.snapshot.catalogue.MessagePage;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.snapshot.catalogue.Missing;
import org.mailtimemachine.snapshot.catalogue.Presence;
import org.mailtimemachine.snapshot.catalogue.Sighting;
import org.mailtimemachine.snapshot.catalogue.SightingPage;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.mirrored.MirroredMail;

/** A Catalogue of one Mailbox and one day, and of where its messages are later. */
public final class ListedCatalogue implements Catalogue {

  public static final MailboxAddress MAILBOX = MailboxAddress.of("anna@example.org");
  public static final SnapshotName DAY = new SnapshotName("2026-11-14");
  public static final SnapshotName NEWEST = new SnapshotName("2026-11-22");

  private final Map<FolderName, List<CataloguedMessage>> folders = new LinkedHashMap<>();
  private final Map<UUID, Set<FolderName>> later = new HashMap<>();

  /** How often a list was found and sorted. */
  int lists;

  /** Whether a page or single messages were asked for. */
  boolean looked;

  /** Set for a day that expires after its first messages. */
  public boolean expiring;

  private boolean expired;

  /** What is selected of it, on a host without mirrors. */
  public SelectedMessages selected() {
    return new SelectedMessages(this, new MirroredMail() {});
  }

  /** Puts messages of 100 bytes into a Folder; they are where {@code now} says later. */
  public List<UUID> put(String folder, int messages, String... now) {
    List<CataloguedMessage> rows =
        folders.computeIfAbsent(new FolderName(folder), key -> new ArrayList<>());
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < messages; i++) {
      UUID id = UUID.nameUUIDFromBytes((folder + rows.size()).getBytes(UTF_8));
      rows.add(
          new CataloguedMessage(
              id,
              idOf(folder),
              "pool",
              folder + " " + rows.size(),
              "",
              "",
              Instant.EPOCH.plusSeconds(rows.size()),
              100,
              new Flags(""),
              List.of(),
              0,
              ""));
      ids.add(id);
      if (now.length > 0) {
        later.put(id, Set.of(new FolderName(now[0])));
      }
    }
    return ids;
  }

  static UUID idOf(String folder) {
    return UUID.nameUUIDFromBytes(folder.getBytes(UTF_8));
  }

  private boolean known(MailboxAddress mailbox, SnapshotName snapshot) {
    return mailbox.equals(MAILBOX)
        && ((snapshot.equals(DAY) && !expired) || snapshot.equals(NEWEST));
  }

  @Override
  public List<SnapshotSummary> snapshots(MailboxAddress mailbox) {
    return Stream.of(NEWEST, DAY)
        .filter(name -> known(mailbox, name))
        .map(name -> new SnapshotSummary(name, Instant.EPOCH, 0, true))
        .toList();
  }

  @Override
  public List<FolderSummary> folders(MailboxAddress mailbox, SnapshotName snapshot) {
    if (!known(mailbox, snapshot)) {
      return List.of();
    }
    return folders.entrySet().stream()
        .map(
            folder ->
                new FolderSummary(
                    idOf(folder.getKey().text()),
                    folder.getKey(),
                    folder.getKey().text().equals("Trash")
                        ? Optional.of(SpecialUse.TRASH)
                        : Optional.empty(),
                    true,
                    false,
                    folder.getValue().size(),
                    0))
        .toList();
  }

  @Override
  public Optional<MessagePage> messages(
      MailboxAddress mailbox, SnapshotName snapshot, UUID folder, MessageQuery query) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<CataloguedMessage> messages(
      MailboxAddress mailbox, SnapshotName snapshot, List<UUID> ids) {
    assertThat(ids).hasSizeLessThanOrEqualTo(MessageQuery.MOST);
    looked = true;
    boolean known = known(mailbox, snapshot);
    expired = expiring;
    return folders.values().stream()
        .flatMap(List::stream)
        .filter(row -> known && ids.contains(row.id()))
        .toList();
  }

  @Override
  public Map<UUID, Set<FolderName>> whereabouts(
      MailboxAddress mailbox, SnapshotName snapshot, List<UUID> messages, SnapshotName other) {
    Map<UUID, Set<FolderName>> found = new HashMap<>(later);
    found.keySet().retainAll(messages);
    return found;
  }

  @Override
  public Map<UUID, Missing> missing(
      MailboxAddress mailbox, SnapshotName snapshot, SnapshotName other) {
    return Map.of(idOf("INBOX"), new Missing(3, 300, 1, 100), idOf("Old"), new Missing(2, 9, 0, 0));
  }

  @Override
  public Optional<CataloguedMessage> message(
      MailboxAddress mailbox, SnapshotName snapshot, UUID message) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<String> poolNames(
      MailboxAddress mailbox, String messageId, long smallest, long largest) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Presence> life(MailboxAddress mailbox, SnapshotName snapshot, UUID message) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<UUID, Departures> departures(
      MailboxAddress mailbox, SnapshotName snapshot, SnapshotName other) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MessagePage search(
      MailboxAddress mailbox, SnapshotName snapshot, Set<UUID> wanted, MessageQuery query) {
    looked = true;
    return new MessagePage(list(mailbox, snapshot, wanted, query).size(), List.of());
  }

  /** Of what was compared with another day, nothing differs. */
  private List<CataloguedMessage> list(
      MailboxAddress mailbox, SnapshotName snapshot, Set<UUID> wanted, MessageQuery query) {
    return folders.entrySet().stream()
        .filter(folder -> known(mailbox, snapshot) && query.compared().isEmpty())
        .filter(folder -> wanted.contains(idOf(folder.getKey().text())))
        .flatMap(folder -> folder.getValue().stream())
        .toList();
  }

  @Override
  public SightingPage searchAllDays(MailboxAddress mailbox, MessageQuery query) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<MessageLocation> locations(
      MailboxAddress mailbox,
      Optional<SnapshotName> snapshot,
      Set<UUID> wanted,
      MessageQuery query) {
    lists++;
    return list(mailbox, snapshot.orElseThrow(), wanted, query).stream()
        .skip(query.offset())
        .limit(MOST_LOCATIONS)
        .map(row -> new MessageLocation(row.id(), row.poolName()))
        .toList();
  }

  @Override
  public List<Sighting> sightings(MailboxAddress mailbox, List<UUID> ids) {
    return messages(mailbox, DAY, ids).stream()
        .map(row -> new Sighting(row, new FolderName("Then"), DAY, DAY, false))
        .toList();
  }

  @Override
  public Map<UUID, Long> marked(MailboxAddress mailbox, SnapshotName snapshot, SnapshotName other) {
    throw new UnsupportedOperationException();
  }
}
