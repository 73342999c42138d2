package org.mailtimemachine.restore;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;
import org.mailtimemachine.snapshot.StoredFile;
import org.mailtimemachine.snapshot.manifest.ListedMessage;

/**
 * The Pool that a restore takes its messages from.
 *
 * @param digests SHA-256 by pool name, of what was hashed
 */
public record KeptMessages(DirectoryHandle pool, Map<String, String> digests) {

  /**
   * The file of a Message, if it is what it was.
   *
   * @throws RefusedException where it is missing or was changed: nobody shall get back what he
   *     never had
   */
  public FileStatus require(PlannedMessage message) throws IOException {
    return require(message.poolName(), message.size(), message.internalDate());
  }

  /** Whether the file of a Message is what it was. */
  boolean isWhole(ListedMessage message) throws IOException {
    try {
      require(message.poolName(), message.size(), message.internalDate());
      return true;
    } catch (RefusedException e) {
      return false;
    }
  }

  private FileStatus require(String poolName, long size, Instant internalDate) throws IOException {
    FileName name = FileName.ofEncoded(poolName);
    String digest = digests.get(poolName);
    try {
      FileStatus status = digest == null ? pool.status(name) : ifDigest(name, digest);
      if (status != null
          && status.regularFile()
          && (digest != null
              || (status.size() == size && status.modified().equals(internalDate)))) {
        return status;
      }
      throw new RefusedException(
          Receipt.Reason.DAMAGED, pool.describe(name) + " was changed since it was kept");
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.EIO)) {
        throw new RefusedException(Receipt.Reason.UNREADABLE, String.valueOf(e.getMessage()));
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
