package org.mailtimemachine.restore;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.mailtimemachine.mailstore.mime.MessageSource;
import org.mailtimemachine.snapshot.manifest.Lines;

/**
 * A copy as a Maildir keeps mail: LF alone ends its lines, and nothing else is changed.
 *
 * @param sha256 of that text, in hexadecimal
 * @param size bytes of it
 * @param arrived when it came
 */
public record PlainCopy(String sha256, long size, Instant arrived) {

  private static final int BUFFER_BYTES = 64 * 1024;

  /**
   * Writes the text of a copy, and makes sure while it reads that this is what came: who can write
   * where it lies may do so between a look and the next one.
   *
   * @param source its bytes, as they came
   * @return empty where they are others; what was written then is worth nothing
   */
  static Optional<PlainCopy> written(KeptCopy copy, MessageSource source, OutputStream out)
      throws IOException {
    MessageDigest came = Lines.newSha256();
    MessageDigest plain = Lines.newSha256();
    byte[] from = new byte[BUFFER_BYTES];
    byte[] to = new byte[BUFFER_BYTES + 1];
    long position = 0;
    long size = 0;
    boolean returned = false;
    for (int read = source.read(0, from, 0, from.length);
        read > 0 && position <= copy.bytes();
        read = source.read(position, from, 0, from.length)) {
      came.update(from, 0, read);
      position += read;
      int length = 0;
      for (int i = 0; i < read; i++) {
        if (returned && from[i] != '\n') {
          to[length++] = '\r';
        }
        returned = from[i] == '\r';
        if (!returned) {
          to[length++] = from[i];
        }
      }
      plain.update(to, 0, length);
      out.write(to, 0, length);
      size += length;
    }
    if (returned) {
      plain.update((byte) '\r');
      out.write('\r');
      size++;
    }
    return position == copy.bytes() && hex(came).equals(copy.sha256())
        ? Optional.of(new PlainCopy(hex(plain), size, copy.arrived()))
        : Optional.empty();
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
