package org.mailtimemachine.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileType;
import org.mailtimemachine.mailstore.posix.PosixException;

/**
 * The tree of all Maildirs of a host: {@code <root>/<domain>/<user>}, the Maildir being that
 * directory or {@code Maildir} in it.
 */
final class MailHost implements Closeable {

  private static final FileName BELOW_HOME = new FileName("Maildir");

  private final DirectoryHandle root;
  private final Consumer<String> warnings;

  private MailHost(DirectoryHandle root, Consumer<String> warnings) {
    this.root = root;
    this.warnings = warnings;
  }

  /** Where one Mailbox lies, from the root. */
  record Located(MailboxAddress mailbox, List<FileName> path) {}

  static MailHost open(Path root, Consumer<String> warnings) throws IOException {
    return new MailHost(DirectoryHandle.open(root), warnings);
  }

  /** The file system that the root lies on. */
  long device() throws IOException {
    return root.status().device();
  }

  /** All Mailboxes, by address. What cannot be one is named in a warning, and left out. */
  List<Located> mailboxes() throws IOException {
    List<Located> mailboxes = new ArrayList<>();
    for (DirectoryEntry domain : root.list()) {
      if (!domain.name().hidden() && directory(root, domain)) {
        try (DirectoryHandle handle = root.directory(domain.name())) {
          for (DirectoryEntry user : handle.list()) {
            if (!user.name().hidden() && directory(handle, user)) {
              locate(handle, domain.name(), user.name(), mailboxes);
            }
          }
        } catch (PosixException e) {
          if (!e.is(Errno.ENOENT)) {
            warnings.accept("domain left out: " + e.getMessage());
          }
        }
      }
    }
    mailboxes.sort((a, b) -> a.mailbox().compareTo(b.mailbox()));
    return mailboxes;
  }

  private void locate(
      DirectoryHandle domain, FileName domainName, FileName user, List<Located> mailboxes) {
    try (DirectoryHandle home = domain.directory(user)) {
      if (Maildir.isMaildir(home)) {
        mailboxes.add(new Located(address(domainName, user), List.of(domainName, user)));
        return;
      }
      try (DirectoryHandle below = home.directory(BELOW_HOME)) {
        if (Maildir.isMaildir(below)) {
          mailboxes.add(
              new Located(address(domainName, user), List.of(domainName, user, BELOW_HOME)));
        }
      }
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        warnings.accept("mailbox left out: " + e.getMessage());
      }
    } catch (IOException | IllegalArgumentException e) {
      warnings.accept("mailbox left out: " + domain.describe(user) + ": " + e.getMessage());
    }
  }

  private static MailboxAddress address(FileName domain, FileName user) throws IOException {
    for (FileName name : List.of(domain, user)) {
      if (!FileName.ofText(name.text()).equals(name)) {
        throw new IOException("its name is not UTF-8");
      }
    }
    MailboxAddress address = new MailboxAddress(user.text(), domain.text());
    if (!Store.canKeep(address)) {
      throw new IOException("a store cannot keep a domain of that name");
    }
    return address;
  }

  private boolean directory(DirectoryHandle parent, DirectoryEntry entry) throws IOException {
    FileType type =
        entry.type() == FileType.UNKNOWN ? parent.status(entry.name()).type() : entry.type();
    if (type == FileType.SYMLINK) {
      warnings.accept("symbolic link not followed: " + parent.describe(entry.name()));
    }
    return type == FileType.DIRECTORY;
  }

  /** Opens the Maildir of a Mailbox, through no symbolic link. */
  Maildir open(Located mailbox, Consumer<String> warnings) throws IOException {
    DirectoryHandle handle = root.directory(mailbox.path().getFirst());
    for (FileName component : mailbox.path().subList(1, mailbox.path().size())) {
      try (DirectoryHandle parent = handle) {
        handle = parent.directory(component);
      }
    }
    try {
      return Maildir.of(handle, warnings);
    } catch (IOException e) {
      handle.close();
      throw e;
    }
  }

  @Override
  public void close() {
    root.close();
  }
}
