package org.mailtimemachine.web.selection;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.KeptCopies;
import org.mailtimemachine.restore.RestoreScope;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.web.mirrored.MirroredMail;

/**
 * What of a Snapshot, or of what came around it, a {@link Selection} wants back. The whole Mailbox
 * and whole Folders stay words; only what a list has left out, or what was named, becomes a list of
 * messages. Safe for use by several threads.
 */
@Dependent
public class WantedBack {

  private final Catalogue catalogue;
  private final SelectedMessages selected;
  private final MirroredMail mirrored;

  @Inject
  public WantedBack(Catalogue catalogue, SelectedMessages selected, MirroredMail mirrored) {
    this.catalogue = catalogue;
    this.selected = selected;
    this.mirrored = mirrored;
  }

  /**
   * The scope of a restore.
   *
   * @return empty where the Snapshot has nothing of it
   * @throws IOException where the Snapshot expires meanwhile
   */
  public Optional<RestoreScope> of(MailboxAddress mailbox, Selection asked) throws IOException {
    Selection selection = selected.meant(mailbox, asked);
    if (selection.anyDay()) {
      return Optional.empty(); // no one of the days has it all
    }
    if (selection.mirrored().isPresent()) {
      KeptCopies kept =
          mirrored.kept(mailbox, selection.snapshot(), selected.mirrored(mailbox, selection));
      return kept.copies().isEmpty()
          ? Optional.empty()
          : Optional.of(new RestoreScope.Copies(kept));
    }
    if (selection.wholeFolders() && selection.folders().isEmpty()) {
      return Optional.of(new RestoreScope.WholeMailbox());
    }
    if (selection.wholeFolders()) {
      Set<FolderName> names =
          SelectedMessages.listed(catalogue.folders(mailbox, selection.snapshot()), selection)
              .stream()
              .map(FolderSummary::name)
              .collect(Collectors.toSet());
      return names.isEmpty() ? Optional.empty() : Optional.of(new RestoreScope.Folders(names));
    }
    Map<FolderName, Set<String>> poolNames = new HashMap<>();
    selected.read(
        mailbox,
        selection,
        (folder, rows) -> {
          List<String> names = rows.stream().map(row -> row.poolName()).toList();
          if (!names.isEmpty()) {
            poolNames.computeIfAbsent(folder, _ -> new HashSet<>()).addAll(names);
          }
        });
    return poolNames.isEmpty()
        ? Optional.empty()
        : Optional.of(new RestoreScope.Messages(poolNames));
  }
}
