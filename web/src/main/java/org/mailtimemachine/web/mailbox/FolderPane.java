package org.mailtimemachine.web.mailbox;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.maildir.SpecialUse;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.web.signin.SignedInMailbox;

/** The Folders of the day: all of them, also those that the user has not subscribed to. */
@Named("folderPane")
@RequestScoped
public class FolderPane {

  @Inject private Catalogue catalogue;
  @Inject private SignedInMailbox signedIn;
  @Inject private DayBar dayBar;
  @Inject private GoneSince goneSince;
  @Inject private MirroredPane mirrored;
  @Inject private Texts texts;

  private List<FolderSummary> folders = List.of();
  private final List<FolderRow> rows = new ArrayList<>();

  @PostConstruct
  void find() {
    folders =
        dayBar
            .snapshot()
            .map(day -> catalogue.folders(signedIn.address(), day.name()))
            .orElse(List.of());
  }

  /** The Folder that is looked at: the wanted one, else the INBOX. */
  Optional<FolderSummary> folder() {
    Optional<UUID> wanted = dayBar.place().folder();
    return wanted
        .flatMap(id -> folders.stream().filter(folder -> folder.id().equals(id)).findFirst())
        .or(mirrored::summary)
        .or(
            () ->
                folders.stream()
                    .filter(folder -> folder.specialUse().equals(Optional.of(SpecialUse.INBOX)))
                    .findFirst());
  }

  /** All Folders of the day, in no particular order. */
  List<FolderSummary> all() {
    return folders;
  }

  /** Where the user stands, day and Folder made out. */
  Place place() {
    Place place = dayBar.place();
    return folder().map(found -> place.inFolder(found.id())).orElse(place);
  }

  /** Whether the wanted Folder did not exist on this day, so that the INBOX is shown instead. */
  public boolean isInstead() {
    Optional<UUID> wanted = dayBar.place().folder();
    return wanted.isPresent() && !wanted.equals(folder().map(FolderSummary::id));
  }

  public boolean isBusy() {
    return folder().map(FolderSummary::busy).orElse(false);
  }

  /** The name of the Folder that is looked at. */
  public String getLabel() {
    return folder().map(found -> label(found, found.name().levels().getLast())).orElse("");
  }

  /** A Folder by its whole path. */
  String path(FolderSummary folder) {
    return label(folder, folder.name().text());
  }

  /** A Folder of any day by its whole path. */
  String path(UUID folder, FolderName name) {
    return folders.stream()
        .filter(known -> known.id().equals(folder))
        .findFirst()
        .map(this::path)
        .orElseGet(() -> texts.folder(name));
  }

  public List<FolderRow> getRows() {
    if (rows.isEmpty()) {
      addRows(FolderTree.of(folders, texts.locale()), "");
    }
    return rows;
  }

  private void addRows(List<FolderTree.Node> nodes, String parent) {
    Optional<UUID> selected = folder().map(FolderSummary::id);
    for (FolderTree.Node node : nodes) {
      Optional<FolderSummary> folder = node.folder();
      String key = "n" + rows.size();
      rows.add(
          new FolderRow(
              key,
              parent,
              folder.map(found -> label(found, node.label())).orElse(node.label()),
              node.path().size() - 1,
              folder.flatMap(FolderSummary::specialUse).map(FolderPane::icon).orElse("folder"),
              folder.map(FolderSummary::messages).orElse(0L),
              folder.map(FolderSummary::unread).orElse(0L),
              folder.map(found -> goneSince.of(found.id()).nowhere()).orElse(0L),
              folder.isPresent() && folder.map(FolderSummary::id).equals(selected),
              folder.map(FolderSummary::subscribed).orElse(true),
              folder.map(FolderSummary::busy).orElse(false),
              !node.children().isEmpty(),
              folder.map(found -> dayBar.place().withFolder(found.id()).url()).orElse("")));
      addRows(node.children(), key);
    }
  }

  /**
   * A special Folder at the top bears the word of the user's language, as other webmails do; two
   * Folders with the same use keep their names, or nobody could tell them apart.
   */
  private String label(FolderSummary folder, String name) {
    Optional<String> kept = mirrored.label(folder.id());
    if (kept.isPresent()) {
      return kept.get();
    }
    return folder
        .specialUse()
        .filter(use -> folder.name().levels().size() == 1)
        .filter(
            use ->
                folders.stream()
                        .filter(other -> other.specialUse().equals(folder.specialUse()))
                        .count()
                    == 1)
        .map(use -> texts.of("folder." + icon(use)))
        .orElse(name);
  }

  private static String icon(SpecialUse use) {
    return use.name().toLowerCase(Locale.ROOT);
  }
}
