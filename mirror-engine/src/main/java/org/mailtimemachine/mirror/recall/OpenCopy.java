package org.mailtimemachine.mirror.recall;

import java.io.Closeable;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mime.MessageSource;
import org.mailtimemachine.mailstore.posix.ReadableFile;

/** The bytes of a copy, which were what came when it was opened. Close it after use. */
public final class OpenCopy implements MessageSource, Closeable {

  private static final int BUFFER_BYTES = 64 * 1024;

  private final ReadableFile file;
  private final long size;

  private OpenCopy(ReadableFile file, long size) {
    this.file = file;
    this.size = size;
  }

  /**
   * Reads all of it once.
   *
   * @return null where it is not what came; the file is closed then, as where it cannot be read
   */
  static @Nullable OpenCopy of(ReadableFile file, MirrorCopy copy) throws IOException {
    boolean sound = false;
    try {
      sound =
          file.status().size() == copy.bytes() && sha256(file, copy.bytes()).equals(copy.sha256());
      return sound ? new OpenCopy(file, copy.bytes()) : null;
    } finally {
      if (!sound) {
        file.close();
      }
    }
  }

  /** No more than it should have: its owner may let it grow meanwhile. */
  private static String sha256(ReadableFile file, long bytes) throws IOException {
    MessageDigest digest = DigestUtils.getSha256Digest();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (long at = 0; at < bytes; ) {
      int read = file.read(at, buffer, 0, (int) Math.min(buffer.length, bytes - at));
      if (read < 0) {
        break;
      }
      digest.update(buffer, 0, read);
      at += read;
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int read(long position, byte[] buffer, int offset, int length) throws IOException {
    return position >= size
        ? -1
        : file.read(position, buffer, offset, (int) Math.min(length, size - position));
  }

  @Override
  public void close() {
    file.close();
  }
}
