package org.mailtimemachine.mailstore.mime;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.mime.PartTree.Leaf;

/** A message that is a part of another one, as bytes of its own. */
final class EnclosedMessage {

  /** Of those that are encoded, which no standard allows and some programs do. */
  private static final int MOST_DECODED_BYTES = 8 * 1024 * 1024;

  private static final Set<String> TYPES =
      Set.of(
          "message/rfc822",
          "message/global",
          "message/news",
          "text/rfc822-headers",
          "message/global-headers");

  private EnclosedMessage() {}

  static boolean is(String contentType) {
    return TYPES.contains(contentType);
  }

  /** Empty where the part is no message, or too large to be decoded in memory. */
  static Optional<MessageSource> of(MessageSource around, Leaf leaf) throws IOException {
    if (!is(leaf.fields().contentType())) {
      return Optional.empty();
    }
    if (TransferDecoding.identity(leaf.fields().transferEncoding())) {
      long end = leaf.cut() ? around.size() : leaf.content().end();
      long start = leaf.content().end() - leaf.content().remaining();
      return Optional.of(new Range(around, start, end - start));
    }
    try (InputStream in = leaf.decoded()) {
      byte[] bytes = in.readNBytes(MOST_DECODED_BYTES + 1);
      return bytes.length > MOST_DECODED_BYTES ? Optional.empty() : Optional.of(new Decoded(bytes));
    }
  }

  private record Range(MessageSource around, long start, long size) implements MessageSource {

    @Override
    public int read(long position, byte[] buffer, int offset, int length) throws IOException {
      return position >= size
          ? -1
          : around.read(start + position, buffer, offset, (int) Math.min(length, size - position));
    }
  }

  private static final class Decoded implements MessageSource {

    private final byte[] bytes;

    Decoded(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public int read(long position, byte[] buffer, int offset, int length) {
      if (position >= bytes.length) {
        return -1;
      }
      int read = (int) Math.min(length, bytes.length - position);
      System.arraycopy(bytes, (int) position, buffer, offset, read);
      return read;
    }
  }
}
