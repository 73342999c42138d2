package org.mailtimemachine.mirror.smtp;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections to the mail server behind the proxy. One that a client has left in good order
 * serves the next one, for a few seconds and not longer than a minute in all: Postfix's content
 * filter makes a connection for each message, and to make one costs both sides more than the
 * message. Safe for use by several threads.
 */
final class NextHops implements Closeable {

  private static final Logger LOG = System.getLogger(NextHops.class.getName());

  /** Shorter than any mail server's patience. */
  private static final Duration IDLE = Duration.ofSeconds(3);

  /** Each of them keeps a process of the next hop busy, of which Postfix has 100. */
  private static final int MOST_IDLE = 10;

  private record Idle(NextHop hop, long since) {
    boolean isOld() {
      return System.nanoTime() - since > IDLE.toNanos();
    }
  }

  private final ProxySettings settings;
  private final TimedOutput.Watch watch;
  private final Deque<Idle> idle = new ArrayDeque<>(); // the last one was used last
  private boolean closed;

  NextHops(ProxySettings settings, TimedOutput.Watch watch) {
    this.settings = settings;
    this.watch = watch;
    watch.also(this::leaveOld);
  }

  /**
   * One for a client.
   *
   * @throws IOException where the next hop cannot be reached
   */
  NextHop take() throws IOException {
    for (NextHop kept = last(); kept != null; kept = last()) {
      try {
        kept.renew();
        return kept;
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "another connection is made", e);
        kept.close();
      }
    }
    return NextHop.connect(settings, watch);
  }

  private synchronized @Nullable NextHop last() {
    Idle last = idle.peekLast();
    return last == null || last.isOld() ? null : idle.removeLast().hop();
  }

  /** A client has left it, outside of a message. */
  void give(NextHop hop) {
    if (!hop.isInOrder() || !keeps(hop)) {
      hop.leave();
    }
  }

  private synchronized boolean keeps(NextHop hop) {
    if (closed || idle.size() >= MOST_IDLE) {
      return false;
    }
    idle.addLast(new Idle(hop, System.nanoTime()));
    return true;
  }

  private void leaveOld() {
    List<NextHop> old = new ArrayList<>();
    synchronized (this) {
      while (!idle.isEmpty() && (closed || idle.getFirst().isOld())) {
        old.add(idle.removeFirst().hop());
      }
    }
    old.forEach(NextHop::leave);
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    leaveOld();
  }
}
