package org.mailtimemachine.restore;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;

/**
 * Messages that came for a Mailbox and that are in no Snapshot, kept by somebody else: what a
 * restore takes where there is no Pool to take it from. Whoever makes one answers for it that all
 * of them are the Mailbox's own. Safe for use by several threads; what it opens is not.
 */
public interface KeptCopies {

  /** No copies. */
  KeptCopies NONE =
      new KeptCopies() {
        @Override
        public List<KeptCopy> copies() {
          return List.of();
        }

        @Override
        public Reading open() {
          return _ -> Optional.empty();
        }
      };

  /** Those that are wanted, in any order. */
  List<KeptCopy> copies();

  /** Begins to read them. Close it after use. */
  Reading open() throws IOException;

  /** One after another. */
  @FunctionalInterface
  interface Reading extends Closeable {

    /**
     * Opens one; close it after use. Its bytes are believed no further than they have the copy's
     * digest.
     *
     * @return empty where it is gone, or is not any more what came
     * @throws IOException where it cannot be read now: that says nothing about it
     */
    Optional<StoredMessage> open(KeptCopy copy) throws IOException;

    @Override
    default void close() throws IOException {}
  }
}
