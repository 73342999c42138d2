package org.mailtimemachine.mirror.smtp;

import java.io.IOException;
import java.util.Optional;

/**
 * The text behind DATA, from the client to whoever takes it (RFC 5321 section 4.5.2). It ends with
 * CR LF . CR LF and with nothing else; a bare CR, a bare LF, a NUL or a line that is too long makes
 * all of it refused, but it is read to its true end, so that none of it is taken for a command.
 */
final class Content {

  private static final int CHUNK_BYTES = 32 * 1024;

  /** Gets the text in pieces. */
  interface Taker {
    /**
     * Gets the next piece.
     *
     * @param stuffed as it came, with the dots that were added to lines that begin with one
     */
    void take(byte[] stuffed, int stuffedLength, byte[] plain, int plainLength) throws IOException;
  }

  private enum At {
    LINE_START,
    DOT,
    DOT_CR,
    TEXT,
    CR
  }

  private final SmtpInput input;
  private final int longestLine;
  private final byte[] stuffed = new byte[CHUNK_BYTES];
  private final byte[] plain = new byte[CHUNK_BYTES];
  private int stuffedLength;
  private int plainLength;
  private int lineLength;
  private Optional<String> fault = Optional.empty();

  /**
   * Nothing is read yet.
   *
   * @param longestLine bytes with CR LF, without an added dot
   */
  Content(SmtpInput input, int longestLine) {
    this.input = input;
    this.longestLine = longestLine;
  }

  /**
   * Reads all of it.
   *
   * @param taker gets nothing more as soon as something is wrong, and never the line that ends it
   * @return what is wrong with it, if anything is
   * @throws IOException where the client is gone, or the taker fails
   */
  Optional<String> transfer(Taker taker) throws IOException {
    At at = At.LINE_START;
    while (true) {
      byte next = input.next();
      if (at == At.LINE_START && next == '.') {
        at = At.DOT;
        continue;
      }
      if (at == At.DOT) {
        if (next == '\r') {
          at = At.DOT_CR;
          continue;
        }
        stuffed[stuffedLength++] = '.';
      }
      if (at == At.DOT_CR) {
        if (next == '\n') {
          flush(taker);
          return fault;
        }
        wrong("a carriage return without a line feed");
        at = At.CR; // of this line
      }
      at = text(at, next);
      if (at == At.TEXT) {
        rest();
      }
      if (stuffedLength >= CHUNK_BYTES - 2) {
        flush(taker);
      }
    }
  }

  /** What has come of the rest of a line, all at once. */
  private void rest() {
    int room = CHUNK_BYTES - 2 - stuffedLength;
    int length = room > 0 ? input.ordinary(plain, plainLength, room) : 0;
    System.arraycopy(plain, plainLength, stuffed, stuffedLength, length);
    plainLength += length;
    stuffedLength += length;
    lineLength += length;
    requireShort();
  }

  private void requireShort() {
    if (lineLength > longestLine) {
      wrong("a line of more than " + longestLine + " bytes");
    }
  }

  /** One byte of a line. */
  private At text(At at, byte next) {
    stuffed[stuffedLength++] = next;
    plain[plainLength++] = next;
    lineLength++;
    requireShort();
    if (next == 0) {
      wrong("a NUL");
    }
    if (next == '\n') {
      if (at == At.CR) {
        lineLength = 0;
        return At.LINE_START;
      }
      wrong("a line feed without a carriage return");
      return At.TEXT;
    }
    if (at == At.CR) {
      wrong("a carriage return without a line feed");
    }
    return next == '\r' ? At.CR : At.TEXT;
  }

  private void wrong(String what) {
    if (fault.isEmpty()) {
      fault = Optional.of(what);
    }
  }

  private void flush(Taker taker) throws IOException {
    if (fault.isEmpty()) {
      taker.take(stuffed, stuffedLength, plain, plainLength);
    }
    stuffedLength = 0;
    plainLength = 0;
  }
}
