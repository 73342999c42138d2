package org.mailtimemachine.restore.imap;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.Hindrance;
import org.mailtimemachine.restore.RestoreException;

/**
 * One connection to an IMAP4rev1 server (RFC 3501; RFC 9051), a command at a time. Whatever breaks
 * it is a {@link RestoreException} that says so, and nothing more can be said after that. Not safe
 * for use by several threads.
 */
final class ImapConnection implements Closeable {

  private static final System.Logger LOG = System.getLogger(ImapConnection.class.getName());

  private static final int CONNECT_MILLIS = 10_000;

  /** Bytes of all that a server says to one command, where all of it is kept until its end. */
  private static final long MOST_KEPT = 8 << 20;

  /** What a server says that is no answer: its first word, number if it has one, and values. */
  record Untagged(String name, long number, List<Object> values) {}

  /**
   * The answer to a command.
   *
   * @param text behind {@code OK}
   */
  record Answer(String text, List<Untagged> untagged) {

    List<Untagged> named(String name) {
      return untagged.stream().filter(each -> each.name().equals(name)).toList();
    }

    /** The word behind a response code, such as that of {@code [UIDNEXT 7]}; empty without. */
    String coded(String code) {
      for (Untagged each : untagged) {
        if (each.name().equals("OK") && ImapRefusal.code(first(each)).equals(code)) {
          return inside(first(each));
        }
      }
      return ImapRefusal.code(text).equals(code) ? inside(text) : "";
    }

    /** Whether it has a response code. */
    boolean has(String code) {
      return ImapRefusal.code(text).equals(code)
          || untagged.stream()
              .anyMatch(
                  each -> each.name().equals("OK") && ImapRefusal.code(first(each)).equals(code));
    }

    private static String first(Untagged each) {
      return each.values().isEmpty() ? "" : String.valueOf(each.values().getFirst());
    }

    private static String inside(String said) {
      String all = said.substring(1, said.indexOf(']'));
      int blank = all.indexOf(' ');
      return blank < 0 ? "" : all.substring(blank + 1);
    }
  }

  /** Bytes of a command whose number is known before they are written. */
  interface Literal {
    long size();

    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * What is sent of a literal: all of it and no byte more, which would be a command, in the name of
   * whoever is signed in.
   */
  private final class ExactOutput extends OutputStream {
    private final OutputStream out;
    private long left;

    ExactOutput(OutputStream out, long size) {
      this.out = out;
      this.left = size;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > left) {
        throw new IOException("a text became longer while it was sent");
      }
      left -= length;
      busySince = System.nanoTime();
      out.write(bytes, offset, length);
    }

    void requireEnd() throws IOException {
      if (left > 0) {
        throw new IOException("a text became shorter while it was sent");
      }
    }
  }

  private final ImapServer server;

  /** To whom a password may be said in clear text. */
  private final Predicate<InetAddress> here;

  /** Beneath TLS: to close that waits for nobody. */
  private final Socket wire;

  private final Thread guard;

  /** When the last command began, or something of it was sent; null between two. */
  private volatile @Nullable Long busySince = System.nanoTime();

  private Socket socket;
  private ImapReader in;
  private OutputStream out;
  private Set<String> capabilities = Set.of();
  private int tag;

  private ImapConnection(ImapServer server, Predicate<InetAddress> here, Socket wire, Socket socket)
      throws IOException {
    this.server = server;
    this.here = here;
    this.wire = wire;
    this.socket = socket;
    this.in = new ImapReader(socket.getInputStream());
    this.out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
    this.guard = Thread.startVirtualThread(this::guard);
  }

  /**
   * Ends the connection of a server that reads nothing, or says a byte a minute: nothing else ends
   * what waits to be written, and two locks are held meanwhile.
   */
  private void guard() {
    try {
      while (!wire.isClosed()) {
        Thread.sleep(server.longest().dividedBy(10));
        Long since = busySince;
        if (since != null && System.nanoTime() - since > server.longest().toNanos()) {
          LOG.log(System.Logger.Level.WARNING, "{0} makes no progress: given up", server);
          wire.close();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is closed
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "A connection to " + server + " cannot be closed", e);
    }
  }

  /**
   * Connects, by TLS, or by clear text to this very machine.
   *
   * @throws RestoreException where that cannot be done
   */
  static ImapConnection open(ImapServer server) throws RestoreException {
    return open(server, InetAddress::isLoopbackAddress);
  }

  /**
   * The same.
   *
   * @param here which addresses are this machine's own
   */
  static ImapConnection open(ImapServer server, Predicate<InetAddress> here)
      throws RestoreException {
    try {
      Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(server.host(), server.port()), CONNECT_MILLIS);
        socket.setSoTimeout((int) server.timeout().toMillis());
        socket.setTcpNoDelay(true);
        ImapConnection connection =
            new ImapConnection(
                server, here, socket, server.tls() ? secured(socket, server) : socket);
        connection.greet();
        return connection;
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    } catch (IOException e) {
      throw away(server, e);
    }
  }

  /** Checks certificate and name, as a browser does. */
  private static Socket secured(Socket socket, ImapServer server) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket tls = (SSLSocket) factory.createSocket(socket, server.host(), server.port(), true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    tls.setSSLParameters(parameters);
    tls.startHandshake();
    return tls;
  }

  private void greet() throws IOException {
    in.word();
    String word = in.word();
    String said = in.line();
    if (!word.equalsIgnoreCase("OK")) {
      throw new ImapSyntaxException("the server does not want to talk: " + word + " " + said);
    }
    askCapabilities();
    if (!server.tls() && !here.test(socket.getInetAddress())) {
      if (!can("STARTTLS")) {
        throw new ImapSyntaxException(
            "it offers no STARTTLS, and a password is sent in clear text to this machine alone");
      }
      require("STARTTLS");
      // What came before the handshake is no word of the server's: a reader of its own.
      socket = secured(socket, server);
      in = new ImapReader(socket.getInputStream());
      out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
      askCapabilities();
    }
  }

  private void askCapabilities() throws IOException {
    Set<String> found = new HashSet<>();
    for (Untagged each : require("CAPABILITY").named("CAPABILITY")) {
      each.values().forEach(value -> found.add(String.valueOf(value).toUpperCase(Locale.ROOT)));
    }
    capabilities = found;
  }

  /** Whether the server offers an extension. */
  boolean can(String capability) {
    return capabilities.contains(capability);
  }

  /** The number behind a capability such as {@code APPENDLIMIT=}; -1 where there is none. */
  long limit(String capability) {
    for (String each : capabilities) {
      if (each.startsWith(capability + "=")) {
        try {
          return Long.parseLong(each.substring(capability.length() + 1));
        } catch (NumberFormatException e) {
          return -1;
        }
      }
    }
    return -1;
  }

  /**
   * Signs a master user in, in the name of another one (SASL PLAIN, RFC 4616).
   *
   * @throws ImapRefusal where the server does not want that
   */
  void signIn(String user, String master, String password) throws IOException {
    if (!can("AUTH=PLAIN")) {
      throw new RestoreException(
          Hindrance.SIGN_IN_REFUSED, server + " offers no AUTH=PLAIN, which a master user needs");
    }
    String credentials =
        Base64.getEncoder()
            .encodeToString(
                (user + "\0" + master + "\0" + password).getBytes(StandardCharsets.UTF_8));
    try {
      String name = begin();
      write("AUTHENTICATE PLAIN");
      awaitContinuation(name, "AUTHENTICATE PLAIN for " + user);
      out.write((credentials + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.flush();
      answer(name, "AUTHENTICATE PLAIN for " + user, List.of(), _ -> {});
      askCapabilities();
    } catch (ImapRefusal e) {
      throw e;
    } catch (IOException e) {
      throw away(server, e);
    }
  }

  /**
   * Says a command, and returns when it is answered by {@code OK}.
   *
   * @throws ImapRefusal where it is not
   * @throws RestoreException where the connection breaks
   */
  Answer require(String command) throws IOException {
    Kept kept = new Kept();
    return require(command, kept.untagged, kept);
  }

  /** The same for one whose answer may be long: what is said is handed over, and not kept. */
  void require(String command, Listener listener) throws IOException {
    require(command, List.of(), listener);
  }

  /** Keeps all that a server says to one command, as long as it comes to an end. */
  private final class Kept implements Listener {
    private final List<Untagged> untagged = new ArrayList<>();
    private final long most = in.taken() + MOST_KEPT;

    @Override
    public void said(Untagged each) throws IOException {
      untagged.add(each);
      if (in.taken() > most) {
        throw new ImapSyntaxException("an answer without an end");
      }
    }
  }

  /** Is told of what a server says. */
  interface Listener {
    void said(Untagged untagged) throws IOException;
  }

  private Answer require(String command, List<Untagged> heard, Listener listener)
      throws IOException {
    try {
      String name = begin();
      write(command);
      out.flush();
      return answer(name, command, heard, listener);
    } catch (ImapRefusal e) {
      throw e;
    } catch (IOException e) {
      throw away(server, e);
    }
  }

  /** The same for one that ends in a literal. */
  Answer require(String command, Literal literal) throws IOException {
    try {
      String name = begin();
      boolean waits = !can("LITERAL+");
      write(command + " {" + literal.size() + (waits ? "}" : "+}"));
      Kept kept = new Kept();
      if (waits) {
        awaitContinuation(name, command);
      }
      ExactOutput exact = new ExactOutput(out, literal.size());
      literal.writeTo(exact);
      exact.requireEnd();
      out.write('\r');
      out.write('\n');
      out.flush();
      return answer(name, command, kept.untagged, kept);
    } catch (ImapRefusal e) {
      throw e;
    } catch (IOException e) {
      socket.close(); // without a word: after half of a literal, it would stand in a message
      throw away(server, e);
    }
  }

  private String begin() throws IOException {
    busySince = System.nanoTime();
    String name = "m" + ++tag;
    out.write((name + " ").getBytes(StandardCharsets.US_ASCII));
    return name;
  }

  private void write(String command) throws IOException {
    if (command.indexOf('\r') >= 0 || command.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a command of two lines");
    }
    out.write(command.getBytes(StandardCharsets.ISO_8859_1));
    out.write('\r');
    out.write('\n');
  }

  /** Returns when the server asks for the rest of a command; it throws where it refuses. */
  private void awaitContinuation(String name, String command) throws IOException {
    out.flush();
    while (true) {
      String word = in.word();
      if (word.equals("+")) {
        in.line();
        return;
      }
      if (word.equals(name)) {
        answered(command, List.of());
        throw new ImapSyntaxException("an answer before its command was said");
      }
      untagged();
    }
  }

  private Answer answer(String name, String command, List<Untagged> heard, Listener listener)
      throws IOException {
    while (true) {
      String word = in.word();
      if (word.equals(name)) {
        return answered(command, heard);
      }
      if (word.equals("+")) {
        in.line();
      } else if (word.equals("*")) {
        listener.said(untagged());
      } else {
        throw new ImapSyntaxException("an answer to nothing: " + word);
      }
    }
  }

  private Answer answered(String command, List<Untagged> untagged) throws IOException {
    String status = in.word();
    String said = in.line();
    busySince = null;
    if (status.equalsIgnoreCase("OK")) {
      return new Answer(said, untagged);
    }
    throw new ImapRefusal(command, said, status.equalsIgnoreCase("BAD"));
  }

  private Untagged untagged() throws IOException {
    String word = in.word().toUpperCase(Locale.ROOT);
    return switch (word) {
      case "OK", "NO", "BAD", "PREAUTH" -> new Untagged(word, 0, List.of(in.line()));
      case "BYE" -> throw new ImapSyntaxException("the server ends the connection: " + in.line());
      default -> {
        if (!word.isEmpty() && word.chars().allMatch(c -> c >= '0' && c <= '9')) {
          yield new Untagged(in.word().toUpperCase(Locale.ROOT), number(word), in.values());
        }
        yield new Untagged(word, 0, in.values());
      }
    };
  }

  /** A number of the server's, which has 64 bits at most. */
  static long number(Object value) throws ImapSyntaxException {
    try {
      return Long.parseLong(String.valueOf(value));
    } catch (NumberFormatException e) {
      throw new ImapSyntaxException("no number: " + value);
    }
  }

  private static RestoreException away(ImapServer server, IOException e) {
    return e instanceof RestoreException known
        ? known
        : new RestoreException(
            Hindrance.SERVER_AWAY, "the IMAP server %s: %s".formatted(server, e.getMessage()), e);
  }

  /** Says good-bye, where that is possible still. */
  @Override
  public void close() {
    try (Socket closed = socket) {
      if (!closed.isClosed()) {
        closed.setSoTimeout(1_000);
        begin();
        write("LOGOUT");
        out.flush();
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "A connection to " + server + " was broken", e);
    } finally {
      guard.interrupt();
    }
  }
}
