package org.mailtimemachine.snapshot.mailboxes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileType;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.mailboxes.UserDatabase.User;

/** The Mailboxes of a user database, as far as they lie below the root. */
final class UserMailboxes implements Mailboxes {

  private final UserDatabase database;
  private final Path root;
  private final MailLocation usual;
  private final Optional<String> domain;

  /**
   * Mailboxes of a database.
   *
   * @param root of all Maildirs, as the paths in the database begin
   * @param usual where the mail of a user lies of whom the database does not say it
   * @param domain of users whose name has none
   */
  UserMailboxes(UserDatabase database, Path root, MailLocation usual, Optional<String> domain) {
    this.database = database;
    this.root = root;
    this.usual = usual;
    this.domain = domain;
  }

  @Override
  public void find(DirectoryHandle handle, Findings findings) throws IOException {
    List<User> users = database.users();
    if (users.isEmpty()) {
      throw new IOException(database + " names no user at all");
    }
    find(handle, users, _ -> true, findings);
  }

  @Override
  public void find(DirectoryHandle handle, MailboxAddress wanted, Findings findings)
      throws IOException {
    List<String> names = new ArrayList<>(List.of(wanted.toString()));
    if (domain.equals(Optional.of(wanted.domain()))) {
      names.add(wanted.localPart());
    }
    find(handle, database.users(names), wanted::equals, findings);
  }

  private void find(
      DirectoryHandle handle, List<User> users, Predicate<MailboxAddress> wanted, Findings findings)
      throws IOException {
    // The administrator's own path may lead over links; the database may say either form.
    List<Path> roots = Stream.of(root, root.toRealPath()).distinct().toList();
    for (User user : users) {
      MailboxAddress address;
      List<FileName> path;
      try {
        address = UserDatabase.address(user.name(), domain);
        if (!wanted.test(address)) {
          continue;
        }
        MailLocation location = user.mail().map(MailLocation::of).orElse(usual);
        path = below(roots, location.of(address, user));
      } catch (IllegalArgumentException e) {
        findings.failed(user.name(), String.valueOf(e.getMessage()));
        continue;
      }
      try {
        if (isMaildir(handle, path)) {
          findings.mailbox(address, path);
        } else {
          findings.withoutMaildir(address);
        }
      } catch (IOException e) {
        findings.failed(address.toString(), String.valueOf(e.getMessage()));
      }
    }
  }

  /** The path from the root; the text comes from a database that others may write, too. */
  private List<FileName> below(List<Path> roots, String path) {
    for (Path front : roots) {
      String begin = front.getNameCount() == 0 ? "/" : front + "/";
      if (path.startsWith(begin)) {
        List<FileName> names = new ArrayList<>();
        for (String name : path.substring(begin.length()).split("/", -1)) {
          if (name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("its path has a component " + name + ": " + path);
          }
          if (!name.isEmpty()) {
            names.add(FileName.ofText(name));
          }
        }
        if (!names.isEmpty()) {
          return names;
        }
      }
    }
    throw new IllegalArgumentException("its Maildir lies outside of %s: %s".formatted(root, path));
  }

  /**
   * Whether there is a Maildir.
   *
   * @throws IOException where it is reached through a symbolic link, or not at all
   */
  private static boolean isMaildir(DirectoryHandle root, List<FileName> path) throws IOException {
    DirectoryHandle handle = root.directory(new FileName("."));
    try {
      for (FileName name : path) {
        DirectoryHandle parent = handle;
        handle = open(parent, name);
        parent.close();
      }
      return Maildir.isMaildir(handle);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    } finally {
      handle.close();
    }
  }

  private static DirectoryHandle open(DirectoryHandle parent, FileName name) throws IOException {
    try {
      return parent.directory(name);
    } catch (PosixException e) {
      if ((e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP))
          && parent.status(name).type() == FileType.SYMLINK) {
        throw new IOException("reached through a symbolic link: " + parent.describe(name), e);
      }
      throw e;
    }
  }

  @Override
  public String toString() {
    return "the Maildirs of the users of " + database;
  }
}
