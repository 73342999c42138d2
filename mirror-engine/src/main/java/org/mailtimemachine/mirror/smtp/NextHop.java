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
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The mail server behind the proxy, for one client. After any {@link IOException} it is to be
 * closed: nobody knows where its replies stand then. For one thread.
 */
final class NextHop implements Closeable {

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);
  private static final byte[] END = ".\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Socket socket;
  private final SmtpInput input;
  private final OutputStream output;
  private final Patience patience;
  private Map<String, String> features = Map.of();

  private NextHop(Socket socket, Patience patience, ScheduledExecutorService timer)
      throws IOException {
    this.socket = socket;
    this.patience = patience;
    this.input = new SmtpInput(socket.getInputStream());
    this.output =
        new BufferedOutputStream(new TimedOutput(socket, timer, patience.reply()), BUFFER_BYTES);
  }

  /**
   * Connects and waits for the greeting.
   *
   * @throws IOException also where it greets with anything but 220
   */
  static NextHop connect(
      InetSocketAddress address, Patience patience, ScheduledExecutorService timer)
      throws IOException {
    Socket socket = new Socket();
    try {
      // A name is looked up each time: the next hop may have moved.
      socket.connect(
          new InetSocketAddress(address.getHostString(), address.getPort()),
          millis(patience.connect()));
      socket.setTcpNoDelay(true);
      NextHop hop = new NextHop(socket, patience, timer);
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

  /** Introduces us, and learns what it can. */
  Reply hello(String verb, String name) throws IOException {
    Reply reply = command(verb + ' ' + name);
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
    return command(line, patience.reply());
  }

  Reply command(String line, Duration time) throws IOException {
    output.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    output.flush();
    return reply(time);
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

  /** What it says to a text that has ended. */
  Reply verdict() throws IOException {
    return reply(patience.verdict());
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
    socket.setSoTimeout(millis(time));
    return Reply.read(input);
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
