package org.mailtimemachine.mirror.smtp;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the mail server behind the proxy, for one client at a time. After any {@link
 * IOException} it is to be closed: nobody knows where its replies stand then. For one thread.
 */
final class NextHop implements Closeable {

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);
  private static final Duration RENEWAL = Duration.ofSeconds(5);

  /** Mail servers read their settings, tables and certificates anew between two connections. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private static final byte[] END = ".\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Socket socket;
  private final ProxySettings settings;
  private final Patience patience;
  private final TimedOutput.Watch watch;
  private TimedInput timed;
  private SmtpInput input;
  private OutputStream output;
  private boolean secured;
  private Map<String, String> features = Map.of();
  private final long since = System.nanoTime();
  private @Nullable Reply introduced; // where its client has not asked for it yet
  private boolean refused;
  private boolean tookMessage;

  private NextHop(Socket socket, ProxySettings settings, TimedOutput.Watch watch)
      throws IOException {
    this.socket = socket;
    this.settings = settings;
    this.patience = settings.patience();
    this.watch = watch;
    this.timed = new TimedInput(socket, patience.reply());
    this.input = new SmtpInput(timed);
    this.output = outputTo(socket);
  }

  private OutputStream outputTo(Socket server) throws IOException {
    return new BufferedOutputStream(
        new TimedOutput(server, socket, watch, patience.reply()), BUFFER_BYTES);
  }

  /**
   * Connects and waits for the greeting.
   *
   * @throws IOException also where it greets with anything but 220
   */
  static NextHop connect(ProxySettings settings, TimedOutput.Watch watch) throws IOException {
    InetSocketAddress address = settings.nextHop();
    Patience patience = settings.patience();
    Socket socket = new Socket();
    try {
      // A name is looked up each time: the next hop may have moved.
      socket.connect(
          new InetSocketAddress(address.getHostString(), address.getPort()),
          millis(patience.connect()));
      socket.setTcpNoDelay(true);
      NextHop hop = new NextHop(socket, settings, watch);
      Reply greeting = hop.reply(patience.reply());
      if (greeting.code() != 220) {
        throw new IOException("it greets with " + greeting);
      }
      return hop;
    } catch (IOException e) {
      try (socket) {
        throw new IOException("the next hop " + address + " cannot be used: " + e.getMessage(), e);
      }
    }
  }

  /**
   * Introduces us, and learns what it can; the first time behind STARTTLS, where that is set up.
   * Where it was used before, it knows us already.
   *
   * @throws IOException also where it does not speak TLS, or is not who it should be
   */
  Reply hello() throws IOException {
    Reply known = introduced;
    introduced = null;
    if (known != null) {
      return known;
    }
    Reply reply = introduction();
    if (reply.isPositive() && settings.nextHopTls().isPresent() && !secured) {
      startTls(settings.nextHopTls().get());
      reply = introduction();
    }
    return reply;
  }

  private void startTls(SSLContext tls) throws IOException {
    if (!features.containsKey("STARTTLS")) {
      throw new IOException("it does not offer STARTTLS"); // or somebody in the middle hides it
    }
    Reply go = command("STARTTLS");
    if (go.code() != 220) {
      throw new IOException("it says to STARTTLS: " + go);
    }
    if (input.hasMore()) {
      // Whoever is in the middle may have put it there, for us to believe it once TLS stands.
      throw new ProtocolException("replies were sent behind STARTTLS");
    }
    SSLSocket secure =
        (SSLSocket)
            tls.getSocketFactory()
                .createSocket(socket, settings.nextHop().getHostString(), socket.getPort(), true);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS"); // that its certificate has its name
    secure.setSSLParameters(parameters);
    socket.setSoTimeout(millis(patience.reply()));
    secure.startHandshake();
    timed = new TimedInput(secure, patience.reply());
    input = new SmtpInput(timed);
    output = outputTo(secure);
    secured = true;
  }

  private Reply introduction() throws IOException {
    begin(settings.protocol().hello() + ' ' + settings.hostName());
    output.flush();
    return introduction(patience.reply());
  }

  private Reply introduction(Duration time) throws IOException {
    Reply reply = reply(time);
    if (reply.isPositive()) {
      Map<String, String> offered = new HashMap<>();
      for (String line : reply.lines().subList(1, reply.lines().size())) {
        String[] words = line.strip().split(" ", 2);
        offered.put(words[0].toUpperCase(Locale.ROOT), words.length > 1 ? words[1] : "");
      }
      features = Map.copyOf(offered);
    }
    return reply;
  }

  /** What stands behind a keyword that it answered hello with; null where it does not offer it. */
  @Nullable String feature(String keyword) {
    return features.get(keyword);
  }

  /** Of the attributes of XFORWARD, those that it takes. */
  Set<String> forwardable() {
    String attributes = features.get("XFORWARD");
    return attributes == null
        ? Set.of()
        : new HashSet<>(List.of(attributes.toUpperCase(Locale.ROOT).split(" +", -1)));
  }

  /** Sends a command, which must be one line, and waits for what it says. */
  Reply command(String line) throws IOException {
    begin(line);
    return answer();
  }

  /** Whether it takes several commands at once (RFC 2920). */
  boolean pipelines() {
    return features.containsKey("PIPELINING");
  }

  /** A command, which must be one line, and goes out with the next {@link #answer}. */
  void begin(String line) throws IOException {
    output.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  /** What it says to the first command that was {@link #begin begun} and has no answer yet. */
  Reply answer() throws IOException {
    output.flush();
    return reply(patience.reply());
  }

  /**
   * Whether it may serve another client: it has taken a message for this one, and refused nothing.
   * Mail servers count what is not mail, answer ever slower and leave at last.
   */
  boolean isInOrder() {
    return tookMessage && !refused && System.nanoTime() - since < LONGEST.toNanos();
  }

  /**
   * Makes it fit for another client, by the command that ends all that was said before (RFC 5321
   * section 4.1.4), in Postfix also what XFORWARD said.
   *
   * @throws IOException where it has left meanwhile, as it may
   */
  void renew() throws IOException {
    if (hasSpoken()) {
      throw new IOException("it has said something that nobody asked for");
    }
    tookMessage = false;
    begin(settings.protocol().hello() + ' ' + settings.hostName());
    output.flush();
    Reply reply = introduction(RENEWAL); // one that has gone without a word is no reason to wait
    if (reply.code() != 250) {
      throw new IOException("it says to another client: " + reply);
    }
    introduced = reply;
  }

  /** Says goodbye, and does not wait for what it says to that. */
  void leave() {
    try {
      begin("QUIT");
      output.flush();
    } catch (IOException e) {
      // it has closed already
    }
    close();
  }

  /** The next bytes of a text, with its dots. */
  void write(byte[] bytes, int length) throws IOException {
    output.write(bytes, 0, length);
  }

  /** The text is whole: from now on the message may be the next hop's. */
  void end() throws IOException {
    output.write(END);
    output.flush();
  }

  /** Whether it has said something that nobody asked for. */
  boolean hasSpoken() {
    try {
      return input.hasMore();
    } catch (IOException e) {
      return true; // it is gone, as its last words will show
    }
  }

  /** What it says to a text that has ended. */
  Reply verdict() throws IOException {
    Reply verdict = reply(patience.verdict());
    tookMessage = true;
    return verdict;
  }

  /** What it said before it went away in the middle of a text, if it said anything. */
  Optional<Reply> lastWords() {
    try {
      return Optional.of(reply(LAST_WORDS));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Reply reply(Duration time) throws IOException {
    timed.begin(time);
    Reply reply = Reply.read(input);
    refused |= reply.isNegative();
    return reply;
  }

  private static int millis(Duration time) {
    return Math.toIntExact(time.toMillis());
  }

  /** Without a word: a text that has not ended is dropped by whoever gets it. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // gone already, which is what was wanted
    }
  }
}
