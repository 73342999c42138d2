package org.mailtimemachine.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
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
  private final BiConsumer<String, String> failures;

  private MailHost(
      DirectoryHandle root, Consumer<String> warnings, BiConsumer<String, String> failures) {
    this.root = root;
    this.warnings = warnings;
    this.failures = failures;
  }

  /** Where one Mailbox lies, from the root. */
  record Located(MailboxAddress mailbox, List<FileName> path) {}

  /**
   * Opens the tree.
   *
   * @param warnings told what is in it that is no Mailbox
   * @param failures told, by path and cause, what may hold Mailboxes and cannot be read
   */
  static MailHost open(Path root, Consumer<String> warnings, BiConsumer<String, String> failures)
      throws IOException {
    return new MailHost(DirectoryHandle.open(root), warnings, failures);
  }

  /** The file system that the root lies on. */
  long device() throws IOException {
    return root.status().device();
  }

  /** All Mailboxes, by address. */
  List<Located> mailboxes() throws IOException {
    List<Located> mailboxes = new ArrayList<>();
    for (DirectoryEntry domain : root.list()) {
      if (domain.name().hidden() || !directory(root, domain)) {
        continue;
      }
      try (DirectoryHandle handle = root.directory(domain.name())) {
        for (DirectoryEntry user : handle.list()) {
          if (!user.name().hidden()) {
            locate(handle, domain.name(), user, mailboxes);
          }
        }
      } catch (PosixException e) {
        failed(root.describe(domain.name()), e);
      }
    }
    mailboxes.sort((a, b) -> a.mailbox().compareTo(b.mailbox()));
    return mailboxes;
  }

  private void locate(
      DirectoryHandle domain, FileName domainName, DirectoryEntry entry, List<Located> mailboxes) {
    FileName user = entry.name();
    try {
      if (!directory(domain, entry)) {
        return;
      }
      try (DirectoryHandle home = domain.directory(user)) {
        if (Maildir.isMaildir(home)) {
          mailboxes.add(new Located(address(domainName, user), List.of(domainName, user)));
        } else if (holdsMaildir(home)) {
          mailboxes.add(
              new Located(address(domainName, user), List.of(domainName, user, BELOW_HOME)));
        }
      }
    } catch (PosixException e) {
      failed(domain.describe(user), e);
    } catch (IOException | IllegalArgumentException e) {
      failures.accept(domain.describe(user), String.valueOf(e.getMessage()));
    }
  }

  private static boolean holdsMaildir(DirectoryHandle home) throws IOException {
    try (DirectoryHandle below = home.directory(BELOW_HOME)) {
      return Maildir.isMaildir(below);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
        return false;
      }
      throw e;
    }
  }

  private void failed(String path, PosixException e) {
    if (!e.is(Errno.ENOENT)) { // gone since it was listed
      failures.accept(path, String.valueOf(e.getMessage()));
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
    return new Maildir(handle, warnings);
  }

  @Override
  public void close() {
    root.close();
  }
}
