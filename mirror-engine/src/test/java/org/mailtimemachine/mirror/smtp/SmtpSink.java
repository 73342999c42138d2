package org.mailtimemachine.mirror.smtp;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.apache.commons.codec.digest.DigestUtils;

/** A next hop that takes what it wants, many at a time, and remembers what it has answered for. */
public final class SmtpSink implements Closeable {

  private static final byte[] OK = "250 2.0.0 Ok\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] NO = "550 5.7.1 No\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket server;
  private final Predicate<String> unwanted;
  private final Collection<Taken> taken = new ConcurrentLinkedQueue<>();

  private SmtpSink(ServerSocket server, Predicate<String> unwanted) {
    this.server = server;
    this.unwanted = unwanted;
  }

  /** A message, by the queue id that XFORWARD told. */
  public record Taken(String queueId, String sha256) {}

  public static SmtpSink start() throws IOException {
    return start(_ -> false);
  }

  /** The same, which refuses texts by their queue id. */
  public static SmtpSink start(Predicate<String> unwanted) throws IOException {
    SmtpSink sink =
        new SmtpSink(new ServerSocket(0, 256, InetAddress.getLoopbackAddress()), unwanted);
    Thread.ofVirtual().start(sink::accept);
    return sink;
  }

  public int port() {
    return server.getLocalPort();
  }

  public Collection<Taken> taken() {
    return taken;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      SmtpInput in = new SmtpInput(client.getInputStream());
      say(client, "220 sink\r\n");
      String id = "";
      while (true) {
        String line = in.line(4096);
        if (line.startsWith("EHLO")) {
          say(client, "250-sink\r\n250 XFORWARD IDENT\r\n");
        } else if (line.equals("DATA")) {
          say(client, "354 go on\r\n");
          ByteArrayOutputStream text = new ByteArrayOutputStream();
          new Content(in, 1_000).transfer((_, _, plain, length) -> text.write(plain, 0, length));
          if (unwanted.test(id)) {
            client.getOutputStream().write(NO);
          } else {
            taken.add(new Taken(id, DigestUtils.sha256Hex(text.toByteArray())));
            client.getOutputStream().write(OK);
          }
        } else {
          if (line.startsWith("XFORWARD IDENT=")) {
            id = line.substring(15);
          }
          client.getOutputStream().write(OK);
        }
      }
    } catch (IOException e) {
      // the client has left
    }
  }

  private static void say(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  /** A mail server that hands over one message. Whatever is not as it should be is an error. */
  public static final class Client implements Closeable {
    private final RawClient client;

    public Client(InetSocketAddress mirror) throws IOException {
      client = new RawClient(mirror);
      expect(client.reply(), 220);
      expect(client.say("EHLO mx.example.test"), 250);
    }

    /** Everything before the text. */
    public void begin(String queueId, List<String> recipients) throws IOException {
      expect(client.say("XFORWARD IDENT=" + queueId), 250);
      expect(client.say("MAIL FROM:<a@example.test>"), 250);
      for (String each : recipients) {
        expect(client.say("RCPT TO:<" + each + "@example.test>"), 250);
      }
      expect(client.say("DATA"), 354);
    }

    /** The text, in which no line begins with a dot; whether it was taken, or refused for ever. */
    public boolean end(String text) throws IOException {
      Reply reply = client.say(text + ".");
      if (reply.code() >= 500) {
        return false;
      }
      expect(reply, 250);
      return true;
    }

    private static void expect(Reply reply, int code) throws IOException {
      if (reply.code() >= 500) {
        throw new IllegalStateException("refused for ever: " + reply);
      }
      if (reply.code() != code) {
        throw new IOException("it says " + reply);
      }
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }
}
