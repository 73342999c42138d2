package org.mailtimemachine.mirror.server;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.mailtimemachine.mailstore.figures.PrometheusText;
import org.mailtimemachine.mirror.copy.Spool;
import org.mailtimemachine.mirror.expiry.MirrorExpiry;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.RegisteredMirror;
import org.mailtimemachine.mirror.smtp.SmtpProxy;

/**
 * The mirror at work: proxy, spool and the scan of every midnight. One for each register; a second
 * one is refused. Safe for use by several threads.
 */
public final class MirrorServer implements Closeable {

  private static final Logger LOG = System.getLogger(MirrorServer.class.getName());
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);
  private static final Duration BETWEEN_FIGURES = Duration.ofSeconds(5);
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(15);

  private final MirrorServerSettings settings;
  private final MirrorExpiry expiry;
  private final MirrorRegister register;
  private final Clock clock;
  private final GapBook gaps;
  private final Figures figures;
  private final Today today;
  private final Instant started;
  private final Optional<FiguresPage> page;
  private final Spool spool;
  private final SmtpProxy proxy;
  private final List<Thread> chores;
  private volatile int notExpired;
  private boolean closed;

  private MirrorServer(
      MirrorServerSettings settings,
      MirrorRegister register,
      Clock clock,
      GapBook gaps,
      Spool spool)
      throws IOException {
    this.settings = settings;
    this.register = register;
    this.clock = clock;
    this.gaps = gaps;
    this.spool = spool;
    this.figures = new Figures(spool);
    this.today = new Today(clock.withZone(settings.zone()));
    this.started = clock.instant();
    this.expiry = new MirrorExpiry(register, clock, settings.zone());
    this.page =
        settings.metrics().isPresent()
            ? Optional.of(FiguresPage.start(settings.metrics().get(), this::figures))
            : Optional.empty();
    try {
      this.proxy = SmtpProxy.start(settings.proxy(), figures);
    } catch (IOException e) {
      page.ifPresent(FiguresPage::close);
      throw e;
    }
    this.chores =
        List.of(
            Thread.ofPlatform().daemon().name("mirror expiry").unstarted(this::scan),
            Thread.ofPlatform().daemon().name("mirror figures").unstarted(this::count));
  }

  /**
   * Listens from now on.
   *
   * @throws IOException where not all mirrors can be read, another process mirrors already, or the
   *     address cannot be listened on
   */
  public static MirrorServer start(MirrorServerSettings settings, Clock clock) throws IOException {
    MirrorRegister register = MirrorRegister.open(settings.mirrors(), clock);
    register.requireOwner();
    if (!register.problems().isEmpty()) {
      throw new IOException(
          "no mail is taken before all mirrors can be read: "
              + String.join("; ", register.problems()));
    }
    register.raiseFormat();
    GapBook gaps = new GapBook(register.gaps());
    Spool spool =
        Spool.open(
            register.spool(),
            register.mailboxes(),
            register::rules,
            settings.policy(),
            clock,
            settings.proxy().hostName(),
            gaps::add);
    try {
      MirrorServer server = new MirrorServer(settings, register, clock, gaps, spool);
      server.chores.forEach(Thread::start);
      return server;
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

  /** Where the figures are, if they are wanted. */
  Optional<Integer> metricsPort() {
    return page.map(FiguresPage::port);
  }

  private void scan() {
    noteSeals();
    try {
      while (!isClosed()) {
        pause(scanned() ? BETWEEN_LOOKS : AFTER_FAILURE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void count() {
    try {
      while (!isClosed()) {
        try {
          spool.mirrorWhatIsNotSentAgain();
          gaps.write();
          publish();
        } catch (RuntimeException | Error e) { // a thread that has ended would tell nobody
          LOG.log(Level.ERROR, "the figures of the mirrors have a fault", e);
        }
        pause(BETWEEN_FIGURES);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** All figures, in the text format of Prometheus. */
  String figures() {
    PrometheusText text = new PrometheusText("mtm_mirror_");
    figures.print(text);
    text.counter("gaps_total", "Messages that passed without their copies.", gaps.sinceStart());
    text.gauge("started_seconds", "When the process began, since 1970.", started.getEpochSecond());
    text.gauge(
        "wanted_today",
        "Messages that a mirror wanted since the day or the process began.",
        today.of(figures.copied()));
    text.gauge("clients", "Clients that are served now.", proxy.clients());
    text.gauge(
        "in_force",
        "Mirrors in force.",
        register.mirrors().stream().filter(RegisteredMirror::inForce).count());
    text.gauge("problems", "Mirrors whose files cannot be read.", register.problems().size());
    text.gauge(
        "not_expired", "Mailboxes that could not be scanned at the last midnight.", notExpired);
    Map<String, Double> waiting = new TreeMap<>();
    Map<String, Double> lag = new TreeMap<>();
    Instant now = clock.instant();
    spool
        .waiting()
        .forEach(
            (mailbox, backlog) -> {
              String label = PrometheusText.label("mailbox", mailbox.toString());
              waiting.put(label, (double) backlog.messages());
              lag.put(label, Duration.between(backlog.since(), now).toMillis() / 1e3);
            });
    text.gauge(
        "held",
        "Messages that were not answered for when a process died, and did not come again yet.",
        spool.held());
    text.gauge("waiting", "Messages that are not in the mailbox yet.", waiting);
    text.gauge("lag_seconds", "Since when the oldest of these waits.", lag);
    return text.toString();
  }

  /** For 'mtm mirror status', and for whoever collects files of figures. */
  private void publish() {
    try {
      register.publish(figures());
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.DEBUG, "the figures could not be written", e); // a full disk tells of itself
    }
  }

  /** Also at the start: what was changed while nothing ran is told at once. */
  private void noteSeals() {
    try {
      expiry.noteSeals().forEach(problem -> LOG.log(Level.ERROR, "not proven: " + problem));
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.ERROR, "the seals of the read-only mirrors cannot be read", e);
    }
  }

  /** Scans the mirror mailboxes where a midnight has passed. */
  private boolean scanned() {
    try {
      if (expiry.isDue()) {
        MirrorExpiry.Outcome outcome = expiry.run();
        notExpired = expiry.failed();
        LOG.log(
            Level.INFO,
            "%d messages in %d mirror mailboxes are expired"
                .formatted(outcome.messages(), outcome.removed().size()));
        outcome.problems().forEach(problem -> LOG.log(Level.ERROR, "not expired: " + problem));
      }
      return true;
    } catch (IOException e) {
      LOG.log(Level.ERROR, "the mirror mailboxes were not scanned: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) { // a thread that has ended would tell nobody
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
      for (Thread each : chores) {
        each.join(settings.toStop()); // a scan of many mailboxes is finished by the next process
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    page.ifPresent(FiguresPage::close);
    register.unpublish();
  }
}
