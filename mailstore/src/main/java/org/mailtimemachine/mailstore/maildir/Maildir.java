package org.mailtimemachine.mailstore.maildir;

import static org.mailtimemachine.mailstore.maildir.MaildirFolder.CUR;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.NEW;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.TMP;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.FileType;
import org.mailtimemachine.mailstore.posix.PosixException;

/**
 * The Maildir of one Mailbox, as Dovecot lays it out: INBOX is the root, every other Folder is a
 * directory with {@code cur} and {@code new} in it. Reading only.
 */
public final class Maildir implements Closeable {

  /** More Folders than this are a mistake or an attack. */
  static final int MOST_FOLDERS = 10_000;

  /** Folders and the files of the IMAP server; a directory with more is no Maildir of a person. */
  private static final int MOST_ENTRIES = 100_000;

  /** Nobody nests deeper, and a path has an end. */
  static final int DEEPEST = 40;

  private final DirectoryHandle root;
  private final Consumer<String> warnings;

  /**
   * Takes over an open directory as a Maildir. Its layout need not be known: dotted directories are
   * Folders of Maildir++, other ones those of {@code LAYOUT=fs}. A host uses one of them; whatever
   * holds mail in the other way is shown all the same.
   *
   * @param warnings told of everything in it that cannot be a Folder and is left out
   */
  public Maildir(DirectoryHandle root, Consumer<String> warnings) {
    this.root = root;
    this.warnings = warnings;
  }

  /** Whether this directory is the root of a Maildir. */
  public static boolean isMaildir(DirectoryHandle directory) throws IOException {
    try {
      return directory.status(CUR).directory();
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  public DirectoryHandle root() {
    return root;
  }

  /**
   * A Folder that is there.
   *
   * @param cur the status of its directory {@code cur} when the Folder was found, as far as it had
   *     to be asked for
   */
  public record Found(MaildirFolder folder, Optional<FileStatus> cur) {}

  /** All Folders, INBOX first, then by name; whether anybody subscribed to them or not. */
  public List<Found> folders() throws IOException {
    Set<FolderName> subscribed = Subscriptions.read(root, warnings);
    Map<List<FileName>, Optional<FileStatus>> paths = new LinkedHashMap<>();
    List<DirectoryEntry> entries = sorted(root);
    flatFolders(entries, paths);
    nestedFolders(root, entries, List.of(), paths);
    Set<FolderName> taken = new HashSet<>(Set.of(FolderName.INBOX));
    List<Found> folders = new ArrayList<>();
    paths.forEach(
        (path, cur) -> {
          FolderName name = FolderNames.of(path);
          if (!taken.add(name)) {
            // Two directories whose names decode to the same text: the later one keeps its bytes.
            name = new FolderName(path.getLast().encoded() + " (" + path.size() + ")");
            taken.add(name);
          }
          folders.add(
              new Found(
                  new MaildirFolder(name, path, subscribed.contains(name), SpecialUses.of(name)),
                  cur));
        });
    folders.sort((a, b) -> a.folder().name().compareTo(b.folder().name()));
    folders.addFirst(
        new Found(
            new MaildirFolder(FolderName.INBOX, List.of(), true, Optional.of(SpecialUse.INBOX)),
            Optional.empty()));
    return folders;
  }

  private void flatFolders(
      List<DirectoryEntry> entries, Map<List<FileName>, Optional<FileStatus>> paths)
      throws IOException {
    for (DirectoryEntry entry : entries) {
      FileName name = entry.name();
      if (!name.hidden() || name.bytes().startsWith("..")) {
        // "..DOVECOT-TRASHED" is a Folder that is being deleted.
        continue;
      }
      if (isDirectory(root, entry)) {
        addIfMail(root, entry, List.of(name), paths);
      }
      if (paths.size() >= MOST_FOLDERS) {
        warnings.accept(
            "more than " + MOST_FOLDERS + " folders, the rest is left out: " + root.path());
        return;
      }
    }
  }

  private void nestedFolders(
      DirectoryHandle parent,
      List<DirectoryEntry> entries,
      List<FileName> above,
      Map<List<FileName>, Optional<FileStatus>> paths)
      throws IOException {
    for (DirectoryEntry entry : entries) {
      if (own(entry.name()) || entry.name().hidden() || !isDirectory(parent, entry)) {
        continue;
      }
      if (above.size() >= DEEPEST || paths.size() >= MOST_FOLDERS) {
        warnings.accept(
            "folders nested deeper than "
                + DEEPEST
                + " or more than "
                + MOST_FOLDERS
                + ", left out: "
                + parent.describe(entry.name()));
        return;
      }
      List<FileName> path = new ArrayList<>(above);
      path.add(entry.name());
      addIfMail(parent, entry, path, paths);
      try (DirectoryHandle child = parent.directory(entry.name())) {
        nestedFolders(child, sorted(child), path, paths);
      } catch (PosixException e) {
        warnings.accept("folder left out: " + e.getMessage());
      }
    }
  }

  private boolean isDirectory(DirectoryHandle parent, DirectoryEntry entry) throws IOException {
    FileType type = entry.type();
    if (type == FileType.UNKNOWN) {
      type = parent.status(entry.name()).type();
    }
    if (type == FileType.SYMLINK && entry.name().hidden()) {
      warnings.accept("symbolic link not followed: " + parent.describe(entry.name()));
    }
    return type == FileType.DIRECTORY;
  }

  /** A directory is a Folder where it has {@code cur} or {@code new}. */
  private static void addIfMail(
      DirectoryHandle parent,
      DirectoryEntry entry,
      List<FileName> path,
      Map<List<FileName>, Optional<FileStatus>> paths)
      throws IOException {
    for (FileName part : List.of(CUR, NEW)) {
      try {
        FileStatus status = parent.status(entry.name(), part);
        if (status.type() != FileType.FILE) {
          paths.put(path, part.equals(CUR) ? Optional.of(status) : Optional.empty());
          return;
        }
      } catch (PosixException e) {
        if (e.is(Errno.EACCES)) {
          paths.put(path, Optional.empty()); // let the listing name what cannot be read
          return;
        }
        if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR)) {
          throw e;
        }
      }
    }
  }

  private static List<DirectoryEntry> sorted(DirectoryHandle directory) throws IOException {
    List<DirectoryEntry> entries = new ArrayList<>(directory.list(MOST_ENTRIES));
    entries.sort((a, b) -> a.name().compareTo(b.name()));
    return entries;
  }

  private static boolean own(FileName name) {
    return Arrays.asList(CUR, NEW, TMP).contains(name);
  }

  @Override
  public void close() {
    root.close();
  }
}
