package org.mailtimemachine.restore;

import static org.mailtimemachine.mailstore.maildir.MaildirFolder.CUR;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.NEW;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.TMP;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.maildir.Subscriptions;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.PosixException;

/**
 * A Folder that a restore has made, and that a take-back removes where nobody uses it: without a
 * message, a Folder below it, or anything else but what an IMAP server keeps of an empty one. It is
 * known by its inode: one that its user has made again is his.
 *
 * <p>It is first moved aside, as Dovecot does with a Folder that is deleted, and looked at again
 * there: what was delivered into it meanwhile brings it back.
 */
final class MadeFolder implements LiveMailbox.OwnFolder {

  private static final List<FileName> PARTS = List.of(TMP, NEW, CUR);

  private final Maildir maildir;
  private final List<FileName> path;
  private final Set<Long> inodes;
  private final FileName aside;
  private final InstantSource clock;

  /**
   * @param inodes of the directories that were made for it
   * @param number of the Folder in its plan
   */
  MadeFolder(
      Maildir maildir, List<FileName> path, Set<Long> inodes, int number, InstantSource clock) {
    this.maildir = maildir;
    this.path = path;
    this.inodes = inodes;
    this.aside = new FileName("..mtm-taken-back-" + number);
    this.clock = clock;
  }

  private FileName name() {
    return path.getLast();
  }

  /** The directory that it lies in; empty where that is gone. */
  private Optional<DirectoryHandle> place() throws IOException {
    return directory(path.subList(0, path.size() - 1));
  }

  private Optional<DirectoryHandle> directory(List<FileName> names) throws IOException {
    DirectoryHandle at = maildir.root().directory(new FileName("."));
    for (FileName each : names) {
      try (DirectoryHandle above = at) {
        at = above.directory(each);
      } catch (PosixException e) {
        if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
          return Optional.empty();
        }
        throw e;
      }
    }
    return Optional.of(at);
  }

  private static Optional<FileStatus> status(DirectoryHandle in, FileName name) throws IOException {
    try {
      return Optional.of(in.status(name));
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public boolean missing() throws IOException {
    Optional<DirectoryHandle> place = place();
    if (place.isEmpty()) {
      return true;
    }
    try (DirectoryHandle in = place.get()) {
      return status(in, name()).isEmpty();
    }
  }

  @Override
  public boolean unused() throws IOException {
    Optional<DirectoryHandle> place = place();
    if (place.isEmpty()) {
      return false;
    }
    try (DirectoryHandle in = place.get()) {
      return status(in, name()).filter(found -> inodes.contains(found.inode())).isPresent()
          && !hasFoldersBelow(in)
          && isEmpty(in, name());
    }
  }

  /** In Maildir++ they lie beside it; in {@code LAYOUT=fs} they are no file of an IMAP server. */
  private boolean hasFoldersBelow(DirectoryHandle in) throws IOException {
    String below = name().bytes() + ".";
    return name().hidden()
        && in.list().stream().anyMatch(entry -> entry.name().bytes().startsWith(below));
  }

  private static boolean isEmpty(DirectoryHandle in, FileName folder) throws IOException {
    try (DirectoryHandle directory = in.directory(folder)) {
      for (DirectoryEntry entry : directory.list()) {
        if (PARTS.contains(entry.name())) {
          try (DirectoryHandle part = directory.directory(entry.name())) {
            if (!part.list().isEmpty()) {
              return false;
            }
          }
        } else if (!isOfServer(entry.name())) {
          return false;
        }
      }
      return true;
    } catch (PosixException e) {
      if (e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
        return false; // its user has made something else of it
      }
      throw e;
    }
  }

  private static boolean isOfServer(FileName name) {
    String text = name.bytes();
    return text.equals("maildirfolder")
        || text.startsWith("dovecot-")
        || text.startsWith("dovecot.");
  }

  @Override
  public boolean remove() throws IOException {
    Optional<DirectoryHandle> place = place();
    if (place.isEmpty()) {
      return true;
    }
    try (DirectoryHandle in = place.get()) {
      in.rename(name(), in, aside);
      in.sync();
      if (!finish(in)) {
        return false;
      }
    }
    removeAbove();
    return true;
  }

  @Override
  public void finish() throws IOException {
    Optional<DirectoryHandle> place = place();
    if (place.isPresent()) {
      try (DirectoryHandle in = place.get()) {
        if (status(in, aside).isPresent()) {
          finish(in);
        }
      }
    }
    removeAbove();
  }

  @Override
  public void unsubscribe() throws IOException {
    Subscriptions.remove(maildir.root(), path, clock);
  }

  private boolean finish(DirectoryHandle in) throws IOException {
    if (!isEmpty(in, aside)) {
      return putBack(in);
    }
    try {
      removeAside(in);
      return true;
    } catch (PosixException e) {
      if (e.is(Errno.ENOTEMPTY)) { // of somebody who had it open
        return putBack(in);
      }
      throw e;
    }
  }

  private void removeAside(DirectoryHandle in) throws IOException {
    try (DirectoryHandle directory = in.directory(aside)) {
      for (DirectoryEntry entry : directory.list()) {
        if (PARTS.contains(entry.name())) {
          directory.removeDirectory(entry.name());
        } else if (isOfServer(entry.name())) {
          directory.unlink(entry.name());
        }
      }
    }
    in.removeDirectory(aside);
    in.sync();
  }

  /**
   * Somebody uses it. Where its server has made the Folder again meanwhile, what came into this one
   * goes there: no server shows what lies aside.
   *
   * @return false: it is not gone
   */
  private boolean putBack(DirectoryHandle in) throws IOException {
    try {
      in.rename(aside, in, name());
      in.sync();
      return false;
    } catch (PosixException e) {
      if (!e.is(Errno.ENOTEMPTY) && !e.is(Errno.EEXIST)) {
        throw e;
      }
    }
    try (DirectoryHandle from = in.directory(aside);
        DirectoryHandle to = in.directory(name())) {
      for (FileName part : List.of(NEW, CUR)) {
        if (status(from, part).isPresent()) {
          try (DirectoryHandle source = from.directory(part);
              DirectoryHandle target = to.directory(part)) {
            for (DirectoryEntry message : source.list()) {
              source.rename(message.name(), target, message.name());
            }
            target.sync();
          }
        }
      }
    }
    if (isEmpty(in, aside)) {
      removeAside(in);
    }
    return false;
  }

  /** Directories above it that were made for it and hold nothing else. */
  private void removeAbove() throws IOException {
    for (int length = path.size() - 1; length > 0; length--) {
      Optional<DirectoryHandle> place = directory(path.subList(0, length - 1));
      if (place.isEmpty()) {
        continue;
      }
      try (DirectoryHandle in = place.get()) {
        FileName above = path.get(length - 1);
        if (status(in, above).filter(found -> inodes.contains(found.inode())).isEmpty()) {
          return;
        }
        in.removeDirectory(above);
        in.sync();
      } catch (PosixException e) {
        if (e.is(Errno.ENOTEMPTY) || e.is(Errno.EEXIST) || e.is(Errno.ENOENT)) {
          return; // another Folder lies there
        }
        throw e;
      }
    }
  }
}
