package org.mailtimemachine.web.search;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;

/** How much of a Mailbox is searched. */
public enum Scope {
  /** One Folder of the day. */
  FOLDER,
  /** It and all below it. */
  BELOW,
  /** All Folders of the day. */
  ALL,
  /** All Folders of all days. */
  DAYS;

  /** Whether what is found may be of several Folders. */
  public boolean wide() {
    return this != FOLDER;
  }

  /**
   * The ids of the Folders that belong to it.
   *
   * @param all of the day
   * @param current where the user stands
   */
  public Set<UUID> folders(List<FolderSummary> all, FolderSummary current) {
    return all.stream()
        .filter(
            folder ->
                switch (this) {
                  case FOLDER -> folder.id().equals(current.id());
                  case BELOW ->
                      folder.id().equals(current.id()) || folder.name().isBelow(current.name());
                  case ALL, DAYS -> true;
                })
        .map(FolderSummary::id)
        .collect(Collectors.toSet());
  }
}
