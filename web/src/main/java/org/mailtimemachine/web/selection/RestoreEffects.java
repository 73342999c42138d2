package org.mailtimemachine.web.selection;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.MaildirFolder;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.Missing;

/**
 * Tells what a restore would come to. Whole Folders are counted by the Catalogue; only what a
 * search found and what was named is looked at message by message. Safe for use by several threads.
 */
@Dependent
public class RestoreEffects {

  private final Catalogue catalogue;
  private final SelectedMessages selected;

  @Inject
  RestoreEffects(Catalogue catalogue, SelectedMessages selected) {
    this.catalogue = catalogue;
    this.selected = selected;
  }

  /**
   * The effect of a restore.
   *
   * @param newest what is taken for the mailbox as it is now; empty where that is the selection's
   *     own Snapshot, so that nothing can be missing
   */
  public RestoreEffect of(
      MailboxAddress mailbox, Selection selection, Optional<SnapshotName> newest) {
    if (newest.isEmpty()) {
      return new RestoreEffect(selected.count(mailbox, selection), Missing.NONE);
    }
    Selection meant = selected.meant(mailbox, selection);
    return meant.wholeFolders()
        ? counted(mailbox, meant, newest.get())
        : lookedAt(mailbox, meant, newest.get());
  }

  private RestoreEffect counted(MailboxAddress mailbox, Selection selection, SnapshotName newest) {
    Map<UUID, Missing> missing = catalogue.missing(mailbox, selection.snapshot(), newest);
    List<FolderSummary> folders =
        SelectedMessages.listed(catalogue.folders(mailbox, selection.snapshot()), selection);
    return new RestoreEffect(
        folders.stream().mapToLong(FolderSummary::messages).sum(),
        folders.stream()
            .map(folder -> missing.getOrDefault(folder.id(), Missing.NONE))
            .reduce(Missing.NONE, Missing::plus));
  }

  private RestoreEffect lookedAt(MailboxAddress mailbox, Selection selection, SnapshotName newest) {
    Sum sum = new Sum();
    try {
      selected.read(
          mailbox,
          selection,
          (folder, rows) ->
              sum.add(
                  folder,
                  rows,
                  catalogue.whereabouts(
                      mailbox,
                      selection.snapshot(),
                      rows.stream().map(CataloguedMessage::id).toList(),
                      newest)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new RestoreEffect(sum.messages, sum.missing);
  }

  private static final class Sum {

    private long messages;
    private Missing missing = Missing.NONE;

    void add(
        FolderName folder, List<CataloguedMessage> rows, Map<UUID, Set<FolderName>> whereabouts) {
      messages += rows.size();
      for (CataloguedMessage row : rows) {
        missing =
            missing.plus(missing(folder, row.size(), whereabouts.getOrDefault(row.id(), Set.of())));
      }
    }

    private Missing missing(FolderName folder, long bytes, Set<FolderName> now) {
      if (now.contains(folder)) {
        return Missing.NONE;
      }
      // by the restore engine's own rule
      return now.stream().allMatch(MaildirFolder::thrownAway)
          ? new Missing(1, bytes, 0, 0)
          : new Missing(0, 0, 1, bytes);
    }
  }
}
