package org.mailtimemachine.web.message;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
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
import org.mailtimemachine.snapshot.catalogue.StoreUnavailable;

/** A Catalogue that knows single messages, and no days any more. */
final class MemoryCatalogue implements Catalogue {

  private record Place(MailboxAddress mailbox, SnapshotName snapshot, UUID message) {}

  private final Map<Place, CataloguedMessage> messages = new HashMap<>();

  boolean storeAway;

  void put(MailboxAddress mailbox, SnapshotName snapshot, CataloguedMessage message) {
    messages.put(new Place(mailbox, snapshot, message.id()), message);
  }

  @Override
  public Optional<CataloguedMessage> message(
      MailboxAddress mailbox, SnapshotName snapshot, UUID message) {
    return Optional.ofNullable(messages.get(new Place(mailbox, snapshot, message)));
  }

  @Override
  public List<SnapshotSummary> snapshots(MailboxAddress mailbox) {
    if (storeAway) {
      throw new StoreUnavailable("the Snapshots of " + mailbox, new IOException("away"));
    }
    return List.of();
  }

  @Override
  public List<FolderSummary> folders(MailboxAddress mailbox, SnapshotName snapshot) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<MessagePage> messages(
      MailboxAddress mailbox, SnapshotName snapshot, UUID folder, MessageQuery query) {
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
      MailboxAddress mailbox, SnapshotName snapshot, SnapshotName later) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<UUID, Missing> missing(
      MailboxAddress mailbox, SnapshotName snapshot, SnapshotName later) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<UUID, Set<FolderName>> whereabouts(
      MailboxAddress mailbox, SnapshotName snapshot, List<UUID> messages, SnapshotName later) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MessagePage search(
      MailboxAddress mailbox, SnapshotName snapshot, Set<UUID> folders, MessageQuery query) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SightingPage searchAllDays(MailboxAddress mailbox, MessageQuery query) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<MessageLocation> locations(
      MailboxAddress mailbox,
      Optional<SnapshotName> snapshot,
      Set<UUID> folders,
      MessageQuery query) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<CataloguedMessage> messages(
      MailboxAddress mailbox, SnapshotName snapshot, List<UUID> ids) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Sighting> sightings(MailboxAddress mailbox, List<UUID> ids) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<UUID, Long> marked(MailboxAddress mailbox, SnapshotName snapshot, SnapshotName other) {
    throw new UnsupportedOperationException();
  }
}
