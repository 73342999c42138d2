package org.mailtimemachine.restore;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mime.MessageSource;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;

/** Copies that a plan is about. */
@FunctionalInterface
interface PlainCopies {

  /** Takes one after another. */
  @FunctionalInterface
  interface Taker {

    /**
     * Takes a copy.
     *
     * @param text its bytes, whatever ends its lines, to be read before this returns; null where
     *     they are not what they were
     */
    void take(PlainCopy copy, @Nullable MessageSource text) throws IOException;
  }

  /** Hands all of them over. */
  void forEach(Taker taker) throws IOException;

  /** Those that somebody else keeps; what is gone, or is not what came, is none of them. */
  static PlainCopies of(KeptCopies kept) {
    return taker -> {
      try (KeptCopies.Reading reading = kept.open()) {
        for (KeptCopy copy : kept.copies()) {
          Optional<StoredMessage> opened = reading.open(copy);
          if (opened.isPresent()) {
            try (StoredMessage text = opened.get()) {
              Optional<PlainCopy> plain =
                  PlainCopy.written(copy, text, OutputStream.nullOutputStream());
              if (plain.isPresent()) {
                taker.take(plain.get(), text);
              }
            }
          }
        }
      }
    };
  }
}
