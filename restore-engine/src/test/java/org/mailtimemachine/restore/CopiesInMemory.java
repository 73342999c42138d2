package org.mailtimemachine.restore;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mime.MessageBytes;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;
import org.mailtimemachine.snapshot.manifest.Lines;

/** Copies as a mirror has them: whoever owns its mailbox deletes and rewrites them. */
public final class CopiesInMemory implements KeptCopies {

  /** Before anything that a test writes. */
  public static final Instant ARRIVED = Instant.parse("2020-11-19T20:00:00Z");

  private final List<KeptCopy> copies = new ArrayList<>();
  private final List<Optional<String>> texts = new ArrayList<>();

  /** A message comes, as it is on the way. */
  public void came(String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    copies.add(
        new KeptCopy(new UUID(0, copies.size()), ARRIVED, bytes.length, Lines.sha256(bytes)));
    texts.add(Optional.of(text));
  }

  /** All of them expire. */
  public void expire() {
    texts.replaceAll(_ -> Optional.empty());
  }

  void rewrite(int copy, String text) {
    texts.set(copy, Optional.of(text));
  }

  @Override
  public List<KeptCopy> copies() {
    return List.copyOf(copies);
  }

  @Override
  public Reading open() {
    return copy -> texts.get((int) copy.id().getLeastSignificantBits()).map(CopiesInMemory::bytes);
  }

  private static StoredMessage bytes(String text) {
    MessageBytes bytes = MessageBytes.of(text.getBytes(ISO_8859_1));
    return new StoredMessage() {
      @Override
      public long size() {
        return bytes.size();
      }

      @Override
      public int read(long position, byte[] buffer, int offset, int length) {
        return bytes.read(position, buffer, offset, length);
      }

      @Override
      public void close() {}
    };
  }
}
