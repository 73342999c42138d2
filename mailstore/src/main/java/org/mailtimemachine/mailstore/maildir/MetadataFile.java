package org.mailtimemachine.mailstore.maildir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileOwner;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;

/**
 * The files that Dovecot keeps beside the mail. None of them is needed to keep mail, so one that is
 * missing, unreadable or absurd only costs what it would have told.
 */
final class MetadataFile {

  /** A {@code dovecot-uidlist} of half a million messages. */
  private static final int MOST_BYTES = 32 << 20;

  private static final long MOST_LINES = 1_000_000;

  private MetadataFile() {}

  /** The lines, one char for each byte; none where the file is missing. */
  static List<String> lines(DirectoryHandle directory, String name, Consumer<String> warnings) {
    FileName file = new FileName(name);
    try (ReadableFile open = directory.file(file);
        InputStream bytes = open.stream()) {
      return new String(bytes.readNBytes(MOST_BYTES), StandardCharsets.ISO_8859_1)
          .lines()
          .limit(MOST_LINES)
          .toList();
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        warnings.accept("not read: " + e.getMessage());
      }
    } catch (IOException e) {
      warnings.accept("not read: " + e.getMessage());
    }
    return List.of();
  }

  /**
   * Puts a new file in the place of one, or where there is none: as a whole, with owner and mode of
   * the old one, and with a later second, by which Dovecot knows that it has changed. Whoever does
   * that holds the lock of the file.
   */
  static void replace(DirectoryHandle directory, String name, byte[] text, Instant now)
      throws IOException {
    FileName unfinished = new FileName(name + ".mtm");
    removeIfThere(directory, unfinished); // of a process that was killed
    Optional<FileStatus> old = status(directory, new FileName(name));
    FileStatus like = old.isPresent() ? old.get() : directory.status();
    try (NewFile file = directory.create(unfinished, 0600)) {
      file.write(text);
      if (file.status().owner() != like.owner() || file.status().group() != like.group()) {
        file.setOwner(FileOwner.of(like));
      }
      file.setMode(0600 | (like.mode() & (old.isPresent() ? 0066 : 0060)));
      if (old.isPresent() && old.get().modified().getEpochSecond() >= now.getEpochSecond()) {
        file.setModified(old.get().modified().plusSeconds(1));
      }
      file.sync();
    }
    directory.rename(unfinished, directory, new FileName(name));
    directory.sync();
  }

  private static void removeIfThere(DirectoryHandle directory, FileName name) throws IOException {
    try {
      directory.unlink(name);
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  /** The status of a file; empty where it is not there. */
  static Optional<FileStatus> status(DirectoryHandle directory, FileName name) throws IOException {
    try {
      return Optional.of(directory.status(name));
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
