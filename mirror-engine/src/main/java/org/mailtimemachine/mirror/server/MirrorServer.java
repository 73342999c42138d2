package org.mailtimemachine.mirror.server;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import org.mailtimemachine.mirror.copy.Spool;
import org.mailtimemachine.mirror.expiry.MirrorExpiry;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.smtp.SmtpProxy;

/**
 * The mirror at work: proxy, spool and the scan of every midnight. One for each register; a second
 * one is refused. Safe for use by several threads.
 */
public final class MirrorServer implements Closeable {

  private static final Logger LOG = System.getLogger(MirrorServer.class.getName());
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(15);

  private final MirrorServerSettings settings;
  private final MirrorExpiry expiry;
  private final Spool spool;
  private final SmtpProxy proxy;
  private final Thread scans;
  private boolean closed;

  private MirrorServer(
      MirrorServerSettings settings, MirrorExpiry expiry, Spool spool, SmtpProxy proxy) {
    this.settings = settings;
    this.expiry = expiry;
    this.spool = spool;
    this.proxy = proxy;
    this.scans = Thread.ofPlatform().daemon().name("mirror expiry").start(this::scan);
  }

  /**
   * Listens from now on.
   *
   * @throws IOException where not all mirrors can be read, another process mirrors already, or the
   *     address cannot be listened on
   */
  public static MirrorServer start(MirrorServerSettings settings, Clock clock) throws IOException {
    MirrorRegister register = MirrorRegister.open(settings.mirrors(), clock);
    if (!register.problems().isEmpty()) {
      throw new IOException(
          "no mail is taken before all mirrors can be read: "
              + String.join("; ", register.problems()));
    }
    Spool spool =
        Spool.open(
            register.spool(),
            register.mailboxes(),
            register::rules,
            settings.policy(),
            clock,
            settings.proxy().hostName());
    try {
      SmtpProxy proxy = SmtpProxy.start(settings.proxy(), spool);
      return new MirrorServer(
          settings, new MirrorExpiry(register, clock, settings.zone()), spool, proxy);
    } catch (IOException e) {
      try (spool) {
        throw e;
      }
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return proxy.address();
  }

  /** Waits until everything that was accepted so far is in its mirror mailboxes. */
  public void awaitDelivered() throws InterruptedException {
    spool.awaitDelivered();
  }

  private void scan() {
    try {
      while (!isClosed()) {
        pause(scanned() ? BETWEEN_LOOKS : AFTER_FAILURE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Scans the mirror mailboxes where a midnight has passed. */
  private boolean scanned() {
    try {
      if (expiry.isDue()) {
        MirrorExpiry.Outcome outcome = expiry.run();
        LOG.log(
            Level.INFO,
            "%d messages in %d mirror mailboxes are expired"
                .formatted(outcome.messages(), outcome.removed().size()));
        outcome.problems().forEach(problem -> LOG.log(Level.ERROR, "not expired: " + problem));
      }
      return true;
    } catch (IOException e) {
      LOG.log(Level.ERROR, "the mirror mailboxes were not scanned: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "the scan of the mirror mailboxes has a fault", e);
    }
    return false;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized void pause(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toMillis(); !closed && left > 0; ) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
  }

  /**
   * Takes no client any more, lets texts that are being sent come to their end for as long as the
   * settings say, and ends. What was answered for is in the spool, and goes into its mirror
   * mailboxes now or when the next process starts; what was not answered the mail server keeps.
   */
  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try (spool) {
      proxy.stop(settings.toStop());
    }
    try {
      scans.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
