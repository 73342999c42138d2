package org.mailtimemachine.restore;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.StoredFile;

/**
 * Reaches the files of a live Mailbox. The directory of the last one stays open, for they are asked
 * for Folder by Folder. Not safe for use by several threads.
 */
final class LiveFiles implements Closeable {

  private final Maildir maildir;
  private MaildirContents.@Nullable Content folder;
  private @Nullable FileName part;
  private @Nullable DirectoryHandle directory;

  LiveFiles(Maildir maildir) {
    this.maildir = maildir;
  }

  /** Its status; empty where it is gone from there. */
  Optional<FileStatus> status(MaildirContents.Spot spot) throws IOException {
    try {
      return Optional.of(directory(spot).status(spot.name())).filter(FileStatus::regularFile);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Opens it. */
  StoredFile open(MaildirContents.Spot spot) throws IOException {
    return new StoredFile(directory(spot).file(spot.name()));
  }

  private DirectoryHandle directory(MaildirContents.Spot spot) throws IOException {
    DirectoryHandle open = directory;
    if (open != null && spot.folder() == folder && spot.part().equals(part)) {
      return open;
    }
    close();
    try (DirectoryHandle above = spot.folder().folder().open(maildir.root())) {
      open = above.directory(spot.part());
    }
    directory = open;
    folder = spot.folder();
    part = spot.part();
    return open;
  }

  @Override
  public void close() {
    if (directory != null) {
      directory.close();
      directory = null;
    }
  }
}
