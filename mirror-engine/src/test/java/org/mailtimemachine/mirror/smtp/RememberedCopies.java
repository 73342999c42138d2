package org.mailtimemachine.mirror.smtp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Copies in memory, which can be told to fail. */
final class RememberedCopies implements Copies {

  enum Step {
    BEGIN,
    WRITE,
    SYNC,
    ACCEPTED
  }

  /** A copy of what the next hop has. */
  record Kept(Envelope envelope, List<String> accepted, String text) {}

  private final List<Kept> kept = new CopyOnWriteArrayList<>();
  private final Optional<Step> failing;
  private volatile boolean sound = true;

  RememberedCopies() {
    this.failing = Optional.empty();
  }

  RememberedCopies(Step failing) {
    this.failing = Optional.of(failing);
  }

  List<Kept> kept() {
    return kept;
  }

  @Override
  public boolean isSound() {
    return sound;
  }

  @Override
  public Copy begin(Envelope envelope) throws IOException {
    fail(Step.BEGIN);
    return new Copy() {
      private final ByteArrayOutputStream text = new ByteArrayOutputStream();
      private boolean synced;

      @Override
      public void write(byte[] bytes, int length) throws IOException {
        fail(Step.WRITE);
        text.write(bytes, 0, length);
      }

      @Override
      public void sync() throws IOException {
        fail(Step.SYNC);
        synced = true;
      }

      @Override
      public void accepted(List<Envelope.Recipient> recipients) throws IOException {
        fail(Step.ACCEPTED);
        if (!synced) {
          throw new IllegalStateException("accepted before it was synced");
        }
        kept.add(
            new Kept(
                envelope,
                recipients.stream().map(Envelope.Recipient::address).toList(),
                text.toString(StandardCharsets.ISO_8859_1)));
      }

      @Override
      public void close() {}
    };
  }

  private void fail(Step step) throws IOException {
    if (failing.filter(step::equals).isPresent()) {
      sound = step != Step.SYNC;
      throw new IOException("made to fail at " + step);
    }
  }
}
