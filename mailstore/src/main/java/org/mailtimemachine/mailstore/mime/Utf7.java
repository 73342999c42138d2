package org.mailtimemachine.mailstore.mime;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;

/**
 * UTF-7 (RFC 2152), read only: some gateways still send it, and Java does not know it. It is chosen
 * by a label and never guessed: guessed, it turns harmless ASCII into markup.
 */
final class Utf7 extends Charset {

  static final Charset CHARSET = new Utf7();

  private Utf7() {
    super("UTF-7", null);
  }

  @Override
  public boolean contains(Charset other) {
    return true;
  }

  @Override
  public CharsetDecoder newDecoder() {
    return new Decoder(this);
  }

  @Override
  public boolean canEncode() {
    return false;
  }

  @Override
  public CharsetEncoder newEncoder() {
    throw new UnsupportedOperationException("UTF-7 is only read");
  }

  private static final class Decoder extends CharsetDecoder {

    private static final String BASE64 =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private boolean shifted;
    private boolean empty;
    private int bits;
    private int count;

    Decoder(Charset charset) {
      super(charset, 1, 1);
    }

    @Override
    protected void implReset() {
      shifted = false;
    }

    /** Each byte gives at most one character. */
    @Override
    protected CoderResult decodeLoop(ByteBuffer in, CharBuffer out) {
      while (in.hasRemaining()) {
        if (!out.hasRemaining()) {
          return CoderResult.OVERFLOW;
        }
        byte b = in.get();
        if (b < 0) {
          in.position(in.position() - 1);
          return CoderResult.malformedForLength(1);
        }
        if (shifted) {
          within(b, out);
        } else if (b == '+') {
          shifted = true;
          empty = true;
          bits = 0;
          count = 0;
        } else {
          out.put((char) b);
        }
      }
      return CoderResult.UNDERFLOW;
    }

    private void within(byte b, CharBuffer out) {
      int value = BASE64.indexOf(b);
      if (value >= 0) {
        empty = false;
        bits = bits << 6 | value;
        count += 6;
        if (count >= Character.SIZE) {
          count -= Character.SIZE;
          out.put((char) (bits >> count));
        }
        return;
      }
      shifted = false;
      if (b != '-') {
        out.put((char) b);
      } else if (empty) {
        out.put('+');
      }
    }
  }
}
