package org.mailtimemachine.mirror.smtp;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;

/**
 * Listens, and serves each client in a thread of its own. What was not answered is not taken: when
 * it is closed, or its process dies, the mail server in front of it keeps the messages and tries
 * again. Safe for use by several threads.
 */
public final class SmtpProxy implements Closeable {

  private static final Logger LOG = System.getLogger(SmtpProxy.class.getName());
  private static final int BACKLOG = 256;
  private static final Duration AFTER_FAILURE = Duration.ofMillis(100);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);
  private static final Duration TO_END = Duration.ofSeconds(10);

  private final ServerSocket server;
  private final ProxySettings settings;
  private final Copies copies;
  private final ExecutorService threads;
  private final NextHops hops;
  private final Semaphore places;
  private final Thread acceptor;
  private final TimedOutput.Watch watch;
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();

  private SmtpProxy(
      ServerSocket server, ProxySettings settings, Copies copies, ThreadFactory threads) {
    // A thread that a client has left serves the next one: filters come once for each message.
    this.threads = Executors.newCachedThreadPool(threads);
    this.server = server;
    this.settings = settings;
    this.copies = copies;
    this.places = new Semaphore(settings.mostClients());
    this.acceptor =
        Thread.ofPlatform().daemon().name("mirror " + address()).unstarted(this::accept);
    Patience patience = settings.patience();
    this.watch =
        new TimedOutput.Watch(
            patience.client().compareTo(patience.reply()) < 0
                ? patience.client()
                : patience.reply());
    this.hops = new NextHops(settings, watch);
  }

  /**
   * Listens from now on.
   *
   * @throws IOException where the address cannot be listened on
   */
  public static SmtpProxy start(ProxySettings settings, Copies copies) throws IOException {
    // No virtual threads: a sync of a file is a native call, and would hold its carrier.
    return start(
        settings, copies, Thread.ofPlatform().daemon().name("mirror client ", 1).factory());
  }

  /** The same, with threads from elsewhere. */
  static SmtpProxy start(ProxySettings settings, Copies copies, ThreadFactory threads)
      throws IOException {
    ServerSocket server = new ServerSocket();
    try {
      server.setReuseAddress(true);
      server.bind(settings.listen(), BACKLOG);
    } catch (IOException e) {
      try (server) {
        throw new IOException("the mirror cannot listen on " + settings.listen(), e);
      }
    }
    SmtpProxy proxy = new SmtpProxy(server, settings, copies, threads);
    proxy.acceptor.start();
    return proxy;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  /** How many clients it serves now. */
  public int clients() {
    return clients.size();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        take(server.accept());
      } catch (IOException e) {
        if (!server.isClosed()) {
          // As a rule too many open files: those who are served now will give some back.
          LOG.log(Level.WARNING, "the mirror could not take a client", e);
          pause(AFTER_FAILURE); // a busy loop would take what the others need to finish
        }
      } catch (RuntimeException | Error e) { // without this thread nobody is served any more
        LOG.log(Level.ERROR, "the mirror could not take a client by a fault of ours", e);
        pause(AFTER_FAILURE);
      }
    }
  }

  private void take(Socket client) throws IOException {
    if (server.isClosed()) { // the kernel gives out one that came before it knew
      try (client) {
        client.getOutputStream().write(Session.shuttingDown(settings.hostName()).bytes());
      }
      return;
    }
    if (!places.tryAcquire()) {
      try (client) { // without a thread: those are what too many clients would use up
        client.getOutputStream().write(Session.tooMany(settings.hostName()).bytes());
      }
      return;
    }
    clients.add(client);
    try {
      threads.execute(() -> serve(client));
    } catch (RejectedExecutionException e) { // closed meanwhile
      forget(client);
    } catch (OutOfMemoryError e) { // so Java says that the machine has no thread left
      LOG.log(Level.ERROR, "the mirror has no thread for a client", e);
      forget(client);
      pause(AFTER_FAILURE);
    }
  }

  private void forget(Socket client) throws IOException {
    try (client) {
      clients.remove(client);
      places.release();
    }
  }

  private void serve(Socket client) {
    try (client) {
      Session session = new Session(client, settings, copies, hops, watch);
      sessions.add(session);
      try {
        session.serve();
      } finally {
        sessions.remove(session);
      }
    } catch (IOException e) {
      // The client is gone or was sent away; what it was not answered for it sends again.
      LOG.log(Level.DEBUG, () -> "a client of the mirror left: " + e.getMessage());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a client of the mirror was dropped by a fault of ours", e);
    } finally {
      clients.remove(client);
      places.release();
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Takes no clients any more, and tells those who are served to come again later: at once, or when
   * the text that they are sending has been answered.
   *
   * @param patience how long they may take; then all end where they stand
   */
  public void stop(Duration patience) throws IOException {
    server.close();
    long end = System.nanoTime() + patience.toNanos();
    while (!clients.isEmpty() && System.nanoTime() - end < 0) {
      sessions.forEach(Session::stop);
      pause(BETWEEN_LOOKS);
    }
    close();
  }

  /** Ends all sessions where they stand. */
  @Override
  public void close() throws IOException {
    server.close();
    try {
      acceptor.join(TO_END); // or it would serve one more, with what is closed by then
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    hops.close();
    watch.close();
    threads.shutdown();
    for (Socket client : clients) {
      client.close();
    }
  }
}
