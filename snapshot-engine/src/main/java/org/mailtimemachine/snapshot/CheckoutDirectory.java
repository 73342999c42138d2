package org.mailtimemachine.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;

/**
 * The directory that a check-out is made in. As long as it is being made, and after it was
 * interrupted, the file {@value #MARK} lies in it: whoever finds it knows that mail is missing, and
 * the next check-out to there begins anew.
 */
final class CheckoutDirectory implements Closeable {

  static final String MARK = "UNFINISHED-CHECKOUT";

  private static final FileName MARK_FILE = new FileName(MARK);
  private static final String MARK_TEXT =
      """
      This check-out of a snapshot is being made, or was interrupted: mail may be missing.
      Repeating it removes everything that lies here, and makes it anew.
      """;

  private static final String INCOMPLETE_TEXT =
      "Something of this mailbox could not be read: mail is missing here.\n";

  private final DirectoryHandle root;
  private final NewFile mark;

  private CheckoutDirectory(DirectoryHandle root, NewFile mark) {
    this.root = root;
    this.mark = mark;
  }

  /**
   * Takes a directory that is missing, or empty, or holds an interrupted check-out, which is
   * removed.
   *
   * @param liveMail the root of the live mail, where it is known
   * @throws CheckoutException where something else is there, where another process makes a
   *     check-out there, or where it lies in the Store, in a Maildir, or among the live mail
   */
  static CheckoutDirectory take(Path path, Store store, Optional<Path> liveMail)
      throws IOException {
    Path directory = real(path.toAbsolutePath().normalize());
    if (liveMail.isPresent() && Files.isDirectory(liveMail.get())) {
      refuseAmong(liveMail.get().toRealPath(), directory);
    }
    for (Path above = directory; above != null; above = above.getParent()) {
      if (Files.isDirectory(above)) {
        refuseStoreAndMaildir(above, directory, store);
      }
    }
    if (!Files.exists(directory)) {
      Path parent = directory.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    DirectoryHandle root = DirectoryHandle.open(directory);
    try {
      return new CheckoutDirectory(root, mark(root));
    } catch (IOException e) {
      root.close();
      throw e;
    }
  }

  private static void refuseStoreAndMaildir(Path above, Path directory, Store store)
      throws IOException {
    try (DirectoryHandle handle = DirectoryHandle.open(above)) {
      if (handle.status().sameInode(store.root().status())) {
        throw new CheckoutException(directory + " lies in the store " + above);
      }
      if (above.equals(directory)) {
        return; // what lies in it is told by its mark
      }
      if (Maildir.isMaildir(handle)) {
        throw new CheckoutException(
            directory + " lies in the Maildir " + above + ": its server would take it for mail");
      }
      if (holdsMailOf(handle, store)) {
        refuseAmong(above, directory);
      }
    }
  }

  /** The next night would take it for a Mailbox; what begins with a dot there is none. */
  private static void refuseAmong(Path liveMail, Path directory) throws CheckoutException {
    if (!directory.startsWith(liveMail)
        || (!directory.equals(liveMail)
            && liveMail.relativize(directory).getName(0).toString().startsWith("."))) {
      return;
    }
    throw new CheckoutException(
        "%s lies in the live mail, %s: the next night would take it for a mailbox; name a directory outside of it"
            .formatted(directory, liveMail));
  }

  /** Whether a Mailbox of the Store lies there as {@code <domain>/<user>}: it is the live one. */
  private static boolean holdsMailOf(DirectoryHandle above, Store store) throws IOException {
    Set<String> missing = new HashSet<>();
    for (MailboxAddress mailbox : store.mailboxes()) {
      if (missing.contains(mailbox.domain())) {
        continue;
      }
      try (DirectoryHandle domain = above.directory(FileName.ofText(mailbox.domain()))) {
        if (holdsMaildir(domain, FileName.ofText(mailbox.localPart()))) {
          return true;
        }
      } catch (PosixException e) {
        missing.add(mailbox.domain()); // or no directory, or one that may not be entered
      }
    }
    return false;
  }

  private static boolean holdsMaildir(DirectoryHandle domain, FileName user) throws IOException {
    try (DirectoryHandle home = domain.directory(user)) {
      if (Maildir.isMaildir(home)) {
        return true;
      }
      try (DirectoryHandle below = home.directory(new FileName("Maildir"))) {
        return Maildir.isMaildir(below);
      }
    } catch (PosixException e) {
      return false;
    }
  }

  /** Where it is or will be, without symbolic links on the way. */
  private static Path real(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null || Files.exists(path)) {
      return path.toRealPath();
    }
    return real(parent).resolve(path.getFileName());
  }

  private static NewFile mark(DirectoryHandle root) throws IOException {
    List<FileName> there = root.list().stream().map(DirectoryEntry::name).toList();
    if (!there.isEmpty() && !there.contains(MARK_FILE)) {
      throw new CheckoutException(root.path() + " is not empty: name a new directory");
    }
    if ((root.status().mode() & 0200) == 0 && there.contains(MARK_FILE)) {
      root.setMode(0700);
    }
    NewFile mark = root.append(MARK_FILE, 0600);
    try {
      if (!mark.tryLock()) {
        throw new CheckoutException("another check-out is being made in " + root.path());
      }
      if (there.isEmpty()) {
        mark.write(MARK_TEXT.getBytes(StandardCharsets.US_ASCII));
        mark.sync();
      }
      removeAll(root, Set.of(MARK_FILE));
      root.sync();
      return mark;
    } catch (IOException e) {
      mark.close();
      throw e;
    }
  }

  /** Marks the directory of one Mailbox of several, whose mail could not all be read. */
  static void markIncomplete(DirectoryHandle mailbox) throws IOException {
    try (NewFile mark = mailbox.append(MARK_FILE, 0600)) {
      mark.write(INCOMPLETE_TEXT.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** Everything but those; where links are, only these names go. */
  private static void removeAll(DirectoryHandle directory, Set<FileName> but) throws IOException {
    for (DirectoryEntry entry : directory.list()) {
      if (but.contains(entry.name())) {
        continue;
      }
      if (directory.status(entry.name()).directory()) {
        try (DirectoryHandle child = directory.directory(entry.name())) {
          if ((child.status().mode() & 0700) != 0700) {
            child.setMode(0700);
          }
          removeAll(child, Set.of());
        }
        directory.removeDirectory(entry.name());
      } else {
        directory.unlink(entry.name());
      }
    }
  }

  DirectoryHandle root() {
    return root;
  }

  /** Puts everything on disk, and says so by removing the mark. */
  void finish() throws IOException {
    root.syncFileSystem();
    root.unlink(MARK_FILE);
    root.sync();
  }

  @Override
  public void close() throws IOException {
    try (root) {
      mark.close();
    }
  }
}
