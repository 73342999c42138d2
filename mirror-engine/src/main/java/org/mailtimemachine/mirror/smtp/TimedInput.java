package org.mailtimemachine.mirror.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Reads from a socket whose other side has a time for all that it is to say, and not for each byte
 * of it: else one byte a minute would hold a place for ever. What it says buys it more time, at the
 * rate of Postfix's smtpd_min_data_rate (500 bytes a second); only the time in which it is waited
 * for counts. For one thread.
 */
final class TimedInput extends InputStream {

  private static final long NANOS_OF_A_BYTE = TimeUnit.SECONDS.toNanos(1) / 500;

  private final Socket socket;
  private final InputStream in;
  private long most;
  private long left;

  TimedInput(Socket socket, Duration most) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    begin(most);
  }

  /** A command, a reply or a text is to come. */
  void begin(Duration time) {
    most = time.toNanos();
    left = most;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (left <= 0) {
      throw new SocketTimeoutException("too slow");
    }
    socket.setSoTimeout(Math.toIntExact(TimeUnit.NANOSECONDS.toMillis(left) + 1));
    long start = System.nanoTime();
    int read = in.read(bytes, offset, length);
    left = Math.min(most, left - (System.nanoTime() - start) + read * NANOS_OF_A_BYTE);
    return read;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int available() throws IOException {
    return in.available();
  }
}
