package org.mailtimemachine.web.download;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Messages one behind the other as an mbox (RFC 4155) of the kind mboxrd: a line of a message that
 * starts with {@code From }, whatever number of {@code >} before it, gets one {@code >} more, and
 * loses it again when it is read. Lines end in LF.
 */
final class MboxStream {

  private static final byte[] FROM = "From ".getBytes(StandardCharsets.US_ASCII);
  private static final DateTimeFormatter ASCTIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final OutputStream out;

  MboxStream(OutputStream out) {
    this.out = out;
  }

  void add(Instant date, Archive.Content content) throws IOException {
    write("From MAILER-DAEMON " + ASCTIME.format(date) + "\n");
    Lines lines = new Lines(out);
    content.writeTo(lines);
    lines.end();
    write("\n");
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** One message's lines. Closing does nothing: what is below belongs to all of them. */
  private static final class Lines extends OutputStream {
    private final OutputStream out;

    /** How much of {@code From } stands at the start of the line; -1 behind its start. */
    private int matched;

    private int quotes;
    private boolean carriageReturn;
    private boolean startOfLine = true;

    Lines(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      if (carriageReturn) {
        carriageReturn = false;
        if (b != '\n') {
          put('\r');
        }
      }
      if (b == '\r') {
        carriageReturn = true;
      } else {
        put(b & 0xff);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (int i = offset; i < offset + length; i++) {
        write(bytes[i]);
      }
    }

    private void put(int b) throws IOException {
      startOfLine = b == '\n';
      if (matched < 0) {
        out.write(b);
      } else if (matched == 0 && b == '>') {
        quotes++;
        return;
      } else if (b == FROM[matched]) {
        matched++;
        if (matched == FROM.length) {
          quotes++;
          release();
        }
        return;
      } else {
        release();
        out.write(b);
      }
      if (startOfLine) {
        matched = 0;
        quotes = 0;
      }
    }

    private void release() throws IOException {
      for (int i = 0; i < quotes; i++) {
        out.write('>');
      }
      out.write(FROM, 0, matched);
      matched = -1;
    }

    void end() throws IOException {
      if (carriageReturn) {
        put('\r');
      }
      if (matched > 0 || (matched == 0 && quotes > 0)) {
        release();
        startOfLine = false;
      }
      if (!startOfLine) {
        out.write('\n');
      }
    }
  }
}
