package org.mailtimemachine.mirror.smtp;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Writes to a socket, and closes it where the other side does not read for too long: a write has no
 * timeout of its own, and TCP keeps a connection for ever whose window is closed. For one thread.
 */
final class TimedOutput extends FilterOutputStream {

  private final Socket socket;
  private final ScheduledExecutorService timer;
  private final Duration most;

  /**
   * Writes to the socket.
   *
   * @param closed the same, or what TLS goes over: to end TLS in good form would have to be written
   *     too
   */
  TimedOutput(Socket socket, Socket closed, ScheduledExecutorService timer, Duration most)
      throws IOException {
    super(socket.getOutputStream());
    this.socket = closed;
    this.timer = timer;
    this.most = most;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Future<?> end = timer.schedule(this::giveUp, most.toMillis(), TimeUnit.MILLISECONDS);
    try {
      out.write(bytes, offset, length);
    } finally {
      end.cancel(false);
    }
  }

  private void giveUp() {
    try {
      socket.close(); // whoever is in the write gets an exception
    } catch (IOException e) {
      // closed all the same
    }
  }
}
