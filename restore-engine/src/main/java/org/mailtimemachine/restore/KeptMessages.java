package org.mailtimemachine.restore;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;
import org.mailtimemachine.snapshot.StoredFile;

/**
 * The Pool that a restore takes its messages from.
 *
 * @param digests SHA-256 by pool name, of what was hashed
 */
record KeptMessages(DirectoryHandle pool, Map<String, String> digests) {

  /**
   * The file of a Message, if it is what it was.
   *
   * @throws RefusedException where it is missing or was changed: nobody shall get back what he
   *     never had
   */
  FileStatus require(PlannedMessage message) throws IOException {
    FileName name = FileName.ofEncoded(message.poolName());
    String digest = digests.get(message.poolName());
    try {
      FileStatus status = digest == null ? pool.status(name) : ifDigest(name, digest);
      if (status != null
          && status.regularFile()
          && (digest != null
              || (status.size() == message.size()
                  && status.modified().equals(message.internalDate())))) {
        return status;
      }
      throw new RefusedException(
          "%s was changed since it was kept: look for it on another day"
              .formatted(pool.describe(name)));
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.EIO)) {
        throw new RefusedException("it cannot be read from the store: " + e.getMessage());
      }
      throw e;
    }
  }

  /** The status of a file that has this SHA-256; null where it has another one. */
  private @Nullable FileStatus ifDigest(FileName name, String digest) throws IOException {
    try (ReadableFile file = pool.file(name);
        StoredFile stored = new StoredFile(file)) {
      return stored.sha256().equals(digest) ? file.status() : null;
    }
  }
}
