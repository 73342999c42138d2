package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;

/**
 * What lies in a Store that no version of this program put there, and directories that others than
 * the owner of the Store could enter. Names with a dot in front are unfinished files.
 */
final class StoreTree {

  private static final Set<String> PARTS =
      Set.of("pool", "listings", "snapshots", "pins", "digests", "damaged", "incomplete");
  private static final Set<String> DIRECTORIES =
      Set.of("pool", "listings", "snapshots", "pins", "damaged");
  private static final Pattern LISTING = Pattern.compile("[0-9a-f]{64}\\.gz");
  private static final int FOR_OTHERS = 077;

  private final Store store;

  StoreTree(Store store) {
    this.store = store;
  }

  /** Of the Store itself and its domains. */
  List<Finding> unexpected() throws IOException {
    List<String> found = new ArrayList<>();
    requirePrivate(store.root(), store.root().status(), found);
    try (DirectoryHandle root = store.root().directory(new FileName("."))) {
      for (DirectoryEntry entry : root.list()) {
        FileName name = entry.name();
        FileStatus status = root.status(name);
        if (status.directory() && !name.hidden()) {
          try (DirectoryHandle directory = root.directory(name)) {
            requirePrivate(directory, status, found);
            if (!Store.own(name)) {
              onlyDirectories(directory, found);
            }
          }
        } else if (!name.hidden() && !Store.own(name)) {
          found.add("unknown: " + root.describe(name));
        }
      }
      dated(root, "runs", found);
      dated(root, "checks", found);
    }
    return found.stream()
        .map(what -> new Finding(Optional.empty(), Optional.empty(), Optional.empty(), what))
        .toList();
  }

  private static void onlyDirectories(DirectoryHandle domain, List<String> found)
      throws IOException {
    for (DirectoryEntry entry : domain.list()) {
      if (!entry.name().hidden() && !domain.status(entry.name()).directory()) {
        found.add("unknown: " + domain.describe(entry.name()));
      }
    }
  }

  private static void dated(DirectoryHandle root, String part, List<String> found)
      throws IOException {
    FileName name = new FileName(part);
    if (root.list().stream().noneMatch(entry -> entry.name().equals(name))) {
      return;
    }
    try (DirectoryHandle directory = root.directory(name)) {
      for (DirectoryEntry entry : directory.list()) {
        String text = entry.name().bytes();
        boolean known =
            entry.name().hidden()
                || (part.equals("runs") ? SnapshotName.parse(text).isPresent() : isDate(text));
        if (!known) {
          found.add("unknown: " + directory.describe(entry.name()));
        }
      }
    }
  }

  private static boolean isDate(String text) {
    try {
      LocalDate.parse(text);
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  /** Of one Mailbox. */
  List<String> unexpected(MailboxStore kept) throws IOException {
    List<String> found = new ArrayList<>();
    DirectoryHandle directory = kept.directory();
    requirePrivate(directory, directory.status(), found);
    for (DirectoryEntry entry : directory.list()) {
      String name = entry.name().bytes();
      if (DIRECTORIES.contains(name)) {
        FileStatus status = directory.status(entry.name());
        if (status.directory()) {
          try (DirectoryHandle part = directory.directory(entry.name())) {
            requirePrivate(part, status, found);
          }
        }
      } else if (!PARTS.contains(name) && !entry.name().hidden()) {
        found.add("unknown: " + directory.describe(entry.name()));
      }
    }
    for (DirectoryEntry entry : kept.snapshotsDirectory().list()) {
      if (!entry.name().hidden() && SnapshotName.parse(entry.name().bytes()).isEmpty()) {
        found.add("unknown: " + kept.snapshotsDirectory().describe(entry.name()));
      }
    }
    for (DirectoryEntry entry : kept.listingsDirectory().list()) {
      if (!entry.name().hidden() && !LISTING.matcher(entry.name().bytes()).matches()) {
        found.add("unknown: " + kept.listingsDirectory().describe(entry.name()));
      }
    }
    return found;
  }

  private static void requirePrivate(
      DirectoryHandle directory, FileStatus status, List<String> found) {
    if ((status.mode() & FOR_OTHERS) != 0) {
      found.add(
          "others may enter %s: its mode is %04o, not 0700"
              .formatted(directory.path(), status.mode()));
    }
  }
}
