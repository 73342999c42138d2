package org.mailtimemachine.mirror.smtp;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A next hop that takes everything and remembers it, but for what it is told to do otherwise. */
final class ScriptedHop implements Closeable {

  /** Where in a session it does something else. */
  enum Stage {
    GREETING,
    HELLO,
    MAIL,
    RCPT,
    DATA,
    TEXT,
    DOT,
    RSET,
    QUIT
  }

  /** What it does there. */
  enum Fault {
    DROP,
    SILENCE,
    GARBAGE,
    SAY_421,
    SAY_450,
    SAY_550,
    SAY_250,
    SAY_354
  }

  /** A message that it has answered for. */
  record Taken(List<String> commands, String text) {}

  private final ServerSocket server;
  private final Protocol protocol;
  private final Map<Stage, Fault> faults;
  private final Optional<SSLContext> tls;
  private final String injected;
  private volatile boolean dsn = true;
  private volatile boolean pipelines;
  private volatile Optional<Fault> nextHello = Optional.empty();
  private final AtomicInteger connections = new AtomicInteger();
  private final List<Taken> taken = new CopyOnWriteArrayList<>();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> verdicts = new ConcurrentHashMap<>();

  private ScriptedHop(
      ServerSocket server,
      Protocol protocol,
      Map<Stage, Fault> faults,
      Optional<SSLContext> tls,
      String injected) {
    this.tls = tls;
    this.injected = injected;
    this.server = server;
    this.protocol = protocol;
    this.faults = new EnumMap<>(Stage.class);
    this.faults.putAll(faults);
    // No fault, where 250 is what is wanted.
    for (Stage stage : List.of(Stage.MAIL, Stage.RCPT, Stage.RSET)) {
      this.faults.remove(stage, Fault.SAY_250);
    }
    this.faults.remove(Stage.DATA, Fault.SAY_354);
  }

  static ScriptedHop start(Protocol protocol, Map<Stage, Fault> faults) throws IOException {
    return start(protocol, faults, Optional.empty(), "");
  }

  /**
   * Starts one.
   *
   * @param injected what somebody in the middle says in the clear behind its yes to STARTTLS
   */
  static ScriptedHop start(
      Protocol protocol, Map<Stage, Fault> faults, Optional<SSLContext> tls, String injected)
      throws IOException {
    ScriptedHop hop =
        new ScriptedHop(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            protocol,
            faults,
            tls,
            injected);
    Thread.ofVirtual().start(hop::accept);
    return hop;
  }

  InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  List<Taken> taken() {
    return taken;
  }

  /** Every line that was a command to it. */
  List<String> said() {
    return said;
  }

  /** Delivery status notifications are unknown to it, as to Dovecot 2.3. */
  void withoutDsn() {
    dsn = false;
  }

  /** It takes several commands at once, and answers none of them before it has the last one. */
  void pipelines() {
    pipelines = true;
  }

  /** It does that at the next hello of a connection that it has now, and at no other. */
  void atTheNextHello(Fault fault) {
    nextHello = Optional.of(fault);
  }

  /** It has no faults any more, and answers each command at once. */
  void recovers() {
    faults.clear();
    pipelines = false;
  }

  /** How often somebody has connected. */
  int connections() {
    return connections.get();
  }

  /** What LMTP says to a text for that recipient, instead of 250. */
  void verdict(String recipient, int code) {
    verdicts.put(recipient, code);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      new Talk(client).talk();
    } catch (IOException e) {
      // dropped, by it or by us
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private final class Talk {
    private final Socket client;
    private SmtpInput in;
    private OutputStream out;
    private List<String> commands = new ArrayList<>();
    private List<String> recipients = new ArrayList<>();
    private final StringBuilder unsaid = new StringBuilder();

    Talk(Socket client) throws IOException {
      this.client = client;
      in = new SmtpInput(client.getInputStream());
      out = client.getOutputStream();
    }

    void talk() throws IOException {
      if (fails(Stage.GREETING)) {
        return;
      }
      say("220 hop");
      while (true) {
        String line = in.line(4096);
        said.add(line);
        String verb = line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
        if (verb.equals("STARTTLS") && tls.isPresent()) {
          startTls(tls.get());
          continue;
        }
        Stage stage = "EHLO LHLO".contains(verb) ? Stage.HELLO : Stage.valueOf(verb(verb));
        if (stage == Stage.HELLO && nextHello.isPresent()) {
          Fault fault = nextHello.get();
          nextHello = Optional.empty();
          if (fails(fault)) {
            return;
          }
          continue;
        }
        if (fails(stage)) {
          return;
        }
        if (faults.containsKey(stage)) {
          continue; // answered already
        }
        switch (stage) {
          case HELLO ->
              say(
                  (tls.isPresent() ? "250-hop\r\n250-STARTTLS\r\n" : "250-hop\r\n")
                      + "250-8BITMIME\r\n250-SIZE 1000000\r\n250-CHUNKING\r\n"
                      + (dsn ? "250-DSN\r\n" : "")
                      + (pipelines ? "250-PIPELINING\r\n" : "")
                      + "250-XFORWARD NAME ADDR IDENT\r\n250 SMTPUTF8");
          case DATA -> {
            say("354 go on");
            if (!text()) {
              return;
            }
          }
          case QUIT -> {
            say("221 bye");
            return;
          }
          default -> {
            if (stage == Stage.MAIL) {
              commands = new ArrayList<>();
              recipients = new ArrayList<>();
            }
            if (stage == Stage.RCPT) {
              recipients.add(line.replaceAll(".*<(.*)>.*", "$1"));
            }
            commands.add(line);
            say("250 2.0.0 " + verb + " ok");
          }
        }
      }
    }

    private void startTls(SSLContext context) throws IOException {
      say("220 go on" + injected);
      SSLSocket secure =
          (SSLSocket)
              context.getSocketFactory().createSocket(client, "localhost", client.getPort(), true);
      secure.setUseClientMode(false);
      in = new SmtpInput(secure.getInputStream());
      out = secure.getOutputStream();
    }

    private String verb(String verb) {
      return List.of("XFORWARD", "NOOP").contains(verb) ? "RSET" : verb;
    }

    private boolean text() throws IOException {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      if (faults.containsKey(Stage.TEXT)) {
        in.next();
        if (fails(Stage.TEXT)) {
          return false;
        }
      }
      while (true) {
        String line = in.line(100_000);
        if (line.equals(".")) {
          break;
        }
        String unstuffed = line.startsWith(".") ? line.substring(1) : line;
        text.writeBytes((unstuffed + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      }
      if (fails(Stage.DOT)) {
        return false;
      }
      if (faults.get(Stage.DOT) == null || faults.get(Stage.DOT) == Fault.SAY_250) {
        taken.add(new Taken(List.copyOf(commands), text.toString(StandardCharsets.ISO_8859_1)));
      }
      if (!faults.containsKey(Stage.DOT)) {
        for (String recipient :
            protocol == Protocol.SMTP ? recipients.subList(0, 1) : List.copyOf(recipients)) {
          int code = verdicts.getOrDefault(recipient, 250);
          say(code + " " + code / 100 + ".0.0 <" + recipient + ">");
        }
      }
      return true;
    }

    /** Does what it is told to do at that stage; true where it has nothing more to say. */
    private boolean fails(Stage stage) throws IOException {
      Fault fault = faults.get(stage);
      return fault != null && fails(fault);
    }

    private boolean fails(Fault fault) throws IOException {
      switch (fault) {
        case DROP -> {
          return true;
        }
        case SILENCE -> {
          while (true) {
            in.next();
          }
        }
        case GARBAGE -> say("what is it?");
        case SAY_421 -> {
          say("421 4.3.0 going away");
          return true;
        }
        case SAY_450 -> say("450 4.0.0 not now");
        case SAY_550 -> say("550 5.0.0 never");
        case SAY_250 -> say("250 2.0.0 what is wanted");
        case SAY_354 -> say("354 more of it");
      }
      return false;
    }

    /** Whoever sends a pipeline and waits for the first answer waits for ever. */
    private void say(String line) throws IOException {
      unsaid.append(line).append("\r\n");
      if (pipelines && !commands.isEmpty() && commands.getLast().startsWith("MAIL")) {
        return; // before RCPT is said
      }
      out.write(unsaid.toString().getBytes(StandardCharsets.US_ASCII));
      out.flush();
      unsaid.setLength(0);
    }
  }
}
