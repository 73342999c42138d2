package org.mailtimemachine.web.selection;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.io.IOException;
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
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.Comparison;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.MessagePage;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.snapshot.catalogue.Sighting;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;

/**
 * The messages of a {@link Selection}, a page at a time: what is in memory does not grow with them.
 * Every question names the Mailbox, so that a foreign id finds as little as one that never was.
 * Safe for use by several threads.
 */
@Dependent
public class SelectedMessages {

  private final Catalogue catalogue;

  @Inject
  public SelectedMessages(Catalogue catalogue) {
    this.catalogue = catalogue;
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
    if (!selection.all()) {
      for (Map.Entry<FolderName, List<CataloguedMessage>> folder :
          named(mailbox, selection).entrySet()) {
        reader.read(folder.getKey(), folder.getValue());
      }
      return;
    }
    Optional<Comparison> compared = compared(mailbox, selection);
    List<FolderSummary> folders =
        listed(catalogue.folders(mailbox, selection.snapshot()), selection);
    for (FolderSummary folder :
        folders.stream().sorted(Comparator.comparing(FolderSummary::name)).toList()) {
      list(mailbox, selection, folder, compared, reader);
    }
  }

  /** How many messages are selected; of single ones, those that are there. */
  public long count(MailboxAddress mailbox, Selection selection) {
    if (!selection.all()) {
      return named(mailbox, selection).values().stream().mapToLong(List::size).sum();
    }
    Optional<Comparison> compared = compared(mailbox, selection);
    long listed =
        listed(catalogue.folders(mailbox, selection.snapshot()), selection).stream()
            .flatMap(folder -> page(mailbox, selection, folder, compared, 0, 1).stream())
            .mapToLong(MessagePage::total)
            .sum();
    return Math.max(0, listed - selection.named().size());
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
    if (selection.anyDay()) {
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
    long offset = 0;
    long total = 1;
    while (offset < total) {
      Optional<MessagePage> page =
          page(mailbox, selection, folder, compared, offset, MessageQuery.MOST);
      total = page.map(MessagePage::total).orElse(0L);
      if (page.isEmpty() || (page.get().messages().isEmpty() && offset < total)) {
        // The day expired meanwhile: what ends here must not look whole.
        throw new IOException(selection.snapshot() + " of " + mailbox + " expired");
      }
      List<CataloguedMessage> rows = new ArrayList<>(page.get().messages());
      offset += rows.size();
      rows.removeIf(row -> selection.named().contains(row.id()));
      reader.read(folder.name(), rows);
    }
  }

  private Optional<MessagePage> page(
      MailboxAddress mailbox,
      Selection selection,
      FolderSummary folder,
      Optional<Comparison> compared,
      long offset,
      int limit) {
    MessageQuery query =
        new MessageQuery(offset, limit, MessageQuery.Sort.DATE, true, selection.filter(), compared);
    return catalogue.messages(mailbox, selection.snapshot(), folder.id(), query);
  }

  /** What says what is gone: the newest Snapshot; the day itself where it is that one. */
  private Optional<Comparison> compared(MailboxAddress mailbox, Selection selection) {
    return selection.gone()
        ? catalogue.snapshots(mailbox).stream()
            .filter(SnapshotSummary::indexed)
            .map(SnapshotSummary::name)
            .max(Comparator.naturalOrder())
            .map(newest -> new Comparison(newest, Comparison.Difference.NOT_HERE))
        : selection.compared();
  }
}
