package org.mailtimemachine.mirror.smtp;

import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Writes to a socket, and closes it where the other side does not read for too long: a write has no
 * timeout of its own, and TCP keeps a connection for ever whose window is closed. For one thread.
 */
final class TimedOutput extends FilterOutputStream {

  private static final Logger LOG = System.getLogger(TimedOutput.class.getName());

  private final Socket connection;
  private final Watch watch;
  private final long most;
  private volatile long since; // by System.nanoTime()

  /**
   * Looks after all that is written by a proxy now and then: an alarm clock for each write would
   * cost as much as the write. Safe for use by several threads.
   */
  static final class Watch implements Closeable {
    private final ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("mirror timer").unstarted(task));
    private final Set<TimedOutput> writing = ConcurrentHashMap.newKeySet();
    private final List<Runnable> others = new CopyOnWriteArrayList<>();
    private final Future<?> looks;

    Watch(Duration patience) {
      long pause = Math.clamp(patience.toMillis() / 10, 10, 1_000);
      looks = timer.scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.MILLISECONDS);
    }

    /** Does something else now and then, every second at least; it must not wait for anybody. */
    void also(Runnable look) {
      others.add(look);
    }

    private void look() {
      writing.forEach(TimedOutput::look);
      try {
        others.forEach(Runnable::run);
      } catch (RuntimeException e) { // it would end all later looks
        LOG.log(Level.ERROR, "the mirror's timer goes on", e);
      }
    }

    @Override
    public void close() {
      looks.cancel(false);
      timer.shutdown();
    }
  }

  /**
   * Writes to the socket.
   *
   * @param connection the same, or what TLS goes over: to end TLS in good form would have to be
   *     written too
   */
  TimedOutput(Socket socket, Socket connection, Watch watch, Duration most) throws IOException {
    super(socket.getOutputStream());
    this.connection = connection;
    this.watch = watch;
    this.most = most.toNanos();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    since = System.nanoTime();
    watch.writing.add(this);
    try {
      out.write(bytes, offset, length);
    } finally {
      watch.writing.remove(this);
    }
  }

  private void look() {
    if (System.nanoTime() - since > most) {
      try {
        connection.close(); // whoever is in the write gets an exception
      } catch (IOException e) {
        // closed all the same
      }
    }
  }
}
