package org.mailtimemachine.mailstore.maildir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;

/**
 * Reads the files that Dovecot keeps beside the mail. None of them is needed to keep mail, so one
 * that is missing, unreadable or absurd only costs what it would have told.
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
}
