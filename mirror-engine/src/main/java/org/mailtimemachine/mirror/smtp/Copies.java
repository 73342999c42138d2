package org.mailtimemachine.mirror.smtp;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * Where the messages that pass are kept. Safe for use by several threads.
 *
 * <p>An {@link IOException} of any method is answered with 451: the mail server keeps the message
 * and tries again. Whoever rather lets mail pass without a copy does not throw.
 */
public interface Copies {

  /** Keeps nothing. */
  Copies NONE = envelope -> Copy.NONE;

  /** A message is about to come. */
  Copy begin(Envelope envelope) throws IOException;

  /**
   * Whether the last copy could be synced. As long as that is so, the next hop may get a message
   * while its copy is synced; where it is not, only behind it, as each attempt would leave another
   * one there.
   */
  default boolean isSound() {
    return true;
  }

  /**
   * One message on its way. Written, synced, and only when the next hop has it, accepted; what is
   * closed before that is to be forgotten. For one thread.
   */
  interface Copy extends Closeable {

    /** Nobody wants it. */
    Copy NONE =
        new Copy() {
          @Override
          public void write(byte[] bytes, int length) {}

          @Override
          public void sync() {}

          @Override
          public void accepted(List<Envelope.Recipient> recipients) {}

          @Override
          public void close() {}
        };

    /** The next bytes of the message, with the line ends (CR LF) that it came with. */
    void write(byte[] bytes, int length) throws IOException;

    /** The message is whole; when this returns, it survives a power cut. */
    void sync() throws IOException;

    /**
     * The next hop has answered for these recipients; the client is told so as soon as this
     * returns.
     */
    void accepted(List<Envelope.Recipient> recipients) throws IOException;

    /** The next hop does not want it for these recipients, and will not be asked again. */
    default void refused(List<Envelope.Recipient> recipients) {}

    @Override
    void close();
  }
}
