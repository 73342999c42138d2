package org.mailtimemachine.web.selection;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.Comparison;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.MessageLocation;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.snapshot.catalogue.Sighting;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.mirrored.MirroredFolder;
import org.mailtimemachine.web.mirrored.MirroredMail;
import org.mailtimemachine.web.mirrored.MirroredMessage;
import org.mailtimemachine.web.mirrored.MirroredSearch;
import org.mailtimemachine.web.search.Compared;

/**
 * The messages of a {@link Selection}, some at a time: in memory are at most {@value
 * Catalogue#MOST_LOCATIONS} ids, however many there are. A list is found and sorted once for so
 * many. Every question names the Mailbox, so that a foreign id finds as little as one that never
 * was. Safe for use by several threads.
 */
@Dependent
public class SelectedMessages {

  private final Catalogue catalogue;
  private final MirroredMail mirrored;

  @Inject
  public SelectedMessages(Catalogue catalogue, MirroredMail mirrored) {
    this.catalogue = catalogue;
    this.mirrored = mirrored;
  }

  /** Takes what is selected, Folder by Folder in the order of their names, oldest first. */
  @FunctionalInterface
  public interface Reader {

    /**
     * Takes some messages of a Folder.
     *
     * @param rows at most {@value MessageQuery#MOST}; may be none
     */
    void read(FolderName folder, List<CataloguedMessage> rows) throws IOException;
  }

  /**
   * Hands over all that is selected.
   *
   * @throws IOException where the Snapshot expires meanwhile, so that not all was handed over, or
   *     where the reader throws it
   */
  public void read(MailboxAddress mailbox, Selection selection, Reader reader) throws IOException {
    Optional<MirroredFolder> mirror = selection.mirrored();
    if (mirror.isPresent()) {
      reader.read(mirror.get().folderName(), mirrored(mailbox, selection, mirror.get()));
      return;
    }
    if (!selection.all()) {
      for (Map.Entry<FolderName, List<CataloguedMessage>> folder :
          named(mailbox, selection).entrySet()) {
        reader.read(folder.getKey(), folder.getValue());
      }
      return;
    }
    Optional<Comparison> compared = comparison(mailbox, selection);
    List<FolderSummary> folders =
        listed(catalogue.folders(mailbox, selection.snapshot()), selection);
    for (FolderSummary folder :
        folders.stream().sorted(Comparator.comparing(FolderSummary::name)).toList()) {
      list(mailbox, selection, folder, compared, reader);
    }
    // A day that expired meanwhile has nothing more: what ends here must not look whole.
    Set<SnapshotName> kept =
        catalogue.snapshots(mailbox).stream()
            .map(SnapshotSummary::name)
            .collect(Collectors.toSet());
    if (!kept.contains(selection.snapshot())
        || compared.filter(with -> !kept.contains(with.other())).isPresent()) {
      throw expired(mailbox, selection);
    }
  }

  /**
   * The ids of what is meant of a mirror: those that are named, also of a list that was shown
   * before there was a newer Snapshot.
   */
  Set<UUID> mirrored(MailboxAddress mailbox, Selection selection) throws IOException {
    Optional<MirroredFolder> folder = selection.mirrored();
    if (!selection.all() || folder.isEmpty()) {
      return selection.named();
    }
    return mirrored(mailbox, selection, folder.get()).stream()
        .map(CataloguedMessage::id)
        .collect(Collectors.toSet());
  }

  /** What mirrors hold; at most {@value MirroredMail#MOST}, which is a page of a reader. */
  private List<CataloguedMessage> mirrored(
      MailboxAddress mailbox, Selection selection, MirroredFolder folder) throws IOException {
    return mirrored
        .messages(mailbox, catalogue.snapshots(mailbox), selection.snapshot(), folder)
        .messages()
        .stream()
        .map(MirroredMessage::row)
        .filter(row -> selection.named().contains(row.id()) != selection.all())
        .filter(row -> !selection.all() || new MirroredSearch(selection.filter()).matches(row))
        .toList();
  }

  /**
   * How many messages are selected; of single ones, those that are there.
   *
   * @throws UncheckedIOException where a mirror cannot be read
   */
  public long count(MailboxAddress mailbox, Selection selection) {
    Optional<MirroredFolder> mirror = selection.mirrored();
    if (mirror.isPresent()) {
      try {
        return mirrored(mailbox, selection, mirror.get()).size();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    if (!selection.all()) {
      return named(mailbox, selection).values().stream().mapToLong(List::size).sum();
    }
    List<FolderSummary> folders =
        listed(catalogue.folders(mailbox, selection.snapshot()), selection);
    Optional<Comparison> compared = comparison(mailbox, selection);
    long listed =
        selection.filter().isAll() && compared.isEmpty()
            ? folders.stream().mapToLong(FolderSummary::messages).sum()
            : found(mailbox, selection, folders, compared);
    return Math.max(0, listed - selection.named().size());
  }

  private long found(
      MailboxAddress mailbox,
      Selection selection,
      List<FolderSummary> folders,
      Optional<Comparison> compared) {
    Set<UUID> ids = folders.stream().map(FolderSummary::id).collect(Collectors.toSet());
    return catalogue
        .search(mailbox, selection.snapshot(), ids, query(selection, compared, 0))
        .total();
  }

  static List<FolderSummary> listed(List<FolderSummary> folders, Selection selection) {
    if (selection.folders().isEmpty()) {
      return folders;
    }
    Set<UUID> meant =
        folders.stream()
            .filter(folder -> selection.folders().contains(folder.id()))
            .flatMap(folder -> selection.scope().folders(folders, folder).stream())
            .collect(Collectors.toSet());
    return folders.stream().filter(folder -> meant.contains(folder.id())).toList();
  }

  /** The single messages by their Folders, each Folder's oldest first. */
  private SortedMap<FolderName, List<CataloguedMessage>> named(
      MailboxAddress mailbox, Selection selection) {
    SortedMap<FolderName, List<CataloguedMessage>> byFolder = new TreeMap<>();
    List<UUID> ids = List.copyOf(selection.named());
    if (meant(mailbox, selection).anyDay()) {
      for (Sighting sighting : catalogue.sightings(mailbox, ids)) {
        add(byFolder, sighting.folderName(), sighting.message());
      }
    } else {
      Map<UUID, FolderName> names =
          catalogue.folders(mailbox, selection.snapshot()).stream()
              .collect(Collectors.toMap(FolderSummary::id, FolderSummary::name));
      for (CataloguedMessage row : catalogue.messages(mailbox, selection.snapshot(), ids)) {
        add(byFolder, names.getOrDefault(row.folder(), FolderName.INBOX), row);
      }
    }
    byFolder.values().forEach(rows -> rows.sort(Comparator.comparing(CataloguedMessage::date)));
    return byFolder;
  }

  private static void add(
      Map<FolderName, List<CataloguedMessage>> byFolder, FolderName name, CataloguedMessage row) {
    byFolder.computeIfAbsent(name, key -> new ArrayList<>()).add(row);
  }

  private void list(
      MailboxAddress mailbox,
      Selection selection,
      FolderSummary folder,
      Optional<Comparison> compared,
      Reader reader)
      throws IOException {
    reader.read(folder.name(), List.of()); // also one that is empty is there
    List<MessageLocation> chunk;
    long offset = 0;
    do {
      chunk =
          catalogue.locations(
              mailbox,
              Optional.of(selection.snapshot()),
              Set.of(folder.id()),
              query(selection, compared, offset));
      offset += chunk.size();
      List<UUID> ids =
          chunk.stream()
              .map(MessageLocation::id)
              .filter(id -> !selection.named().contains(id))
              .toList();
      for (int from = 0; from < ids.size(); from += MessageQuery.MOST) {
        List<UUID> some = ids.subList(from, Math.min(from + MessageQuery.MOST, ids.size()));
        List<CataloguedMessage> rows = catalogue.messages(mailbox, selection.snapshot(), some);
        if (rows.size() < some.size()) {
          throw expired(mailbox, selection);
        }
        reader.read(folder.name(), rows);
      }
    } while (chunk.size() == Catalogue.MOST_LOCATIONS);
  }

  private static IOException expired(MailboxAddress mailbox, Selection selection) {
    return new IOException(selection.snapshot() + " of " + mailbox + " expired");
  }

  private static MessageQuery query(
      Selection selection, Optional<Comparison> compared, long offset) {
    return new MessageQuery(offset, 1, MessageQuery.Sort.DATE, true, selection.filter(), compared);
  }

  /** What is meant of it, by the days that are kept. */
  Selection meant(MailboxAddress mailbox, Selection selection) {
    return selection.on(catalogue.snapshots(mailbox));
  }

  private Optional<Comparison> comparison(MailboxAddress mailbox, Selection selection) {
    return Compared.comparison(
        selection.gone(), selection.compared(), selection.snapshot(), catalogue.snapshots(mailbox));
  }
}
