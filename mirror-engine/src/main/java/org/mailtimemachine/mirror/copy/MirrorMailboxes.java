package org.mailtimemachine.mirror.copy;

import static org.mailtimemachine.mailstore.maildir.MaildirFolder.CUR;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.NEW;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.TMP;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileOwner;
import org.mailtimemachine.mailstore.posix.PosixException;

/** Where the host keeps mailboxes. */
@FunctionalInterface
public interface MirrorMailboxes {

  /** The Maildir of a mailbox, which may not exist yet. */
  Path maildir(MailboxAddress mailbox);

  /**
   * Opens the Maildir of a mailbox; what of it is missing is made, for the owner of what is there.
   */
  default DirectoryHandle open(MailboxAddress mailbox) throws IOException {
    return withParts(directory(maildir(mailbox)));
  }

  /**
   * Makes the directories of a Maildir where they are missing.
   *
   * @return the same handle, which is closed where they cannot be made
   */
  static DirectoryHandle withParts(DirectoryHandle maildir) throws IOException {
    try {
      for (FileName part : List.of(TMP, NEW, CUR)) {
        made(maildir, part).close();
      }
      return maildir;
    } catch (IOException e) {
      maildir.close();
      throw e;
    }
  }

  /** Opens a directory in another one, and makes it where it is missing, for the same owner. */
  static DirectoryHandle made(DirectoryHandle above, FileName name) throws IOException {
    try {
      above.status(name);
      return above.directory(name);
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
    DirectoryHandle made = above.makeDirectory(name, 0700);
    try {
      FileOwner owner = FileOwner.of(above.status());
      if (!FileOwner.of(made.status()).equals(owner)) {
        made.setOwner(owner);
      }
      above.sync();
      return made;
    } catch (IOException e) {
      made.close();
      try {
        above.removeDirectory(name); // or a later sync would be believed that it is there
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  private static DirectoryHandle directory(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return DirectoryHandle.open(path);
    }
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IOException("no directory: " + path);
    }
    try (DirectoryHandle above = directory(parent)) {
      return made(above, FileName.ofText(path.getFileName().toString()));
    }
  }
}
