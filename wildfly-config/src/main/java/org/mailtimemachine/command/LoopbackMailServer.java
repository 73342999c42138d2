package org.mailtimemachine.command;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.MaildirDelivery;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;

/**
 * The mail server of a demo: takes mail on 127.0.0.1 (RFC 5321, no more of it than a client needs)
 * and delivers it into the Maildirs {@code <domain>/<user>} of the demo, and nowhere else. As a
 * process of its own it outlives a launcher that returned.
 */
final class LoopbackMailServer implements Closeable {

  private static final Pattern RECIPIENT = Pattern.compile("(?i)RCPT TO:<([^>]+)>.*");
  private static final int MOST_RECIPIENTS = 100;
  private static final int LONGEST_LINE = 4_096;
  private static final int MOST_BYTES = 16 * 1024 * 1024;
  private static final int PATIENCE_MILLIS = 60_000;
  private static final Duration STOP = Duration.ofSeconds(10);

  private final ServerSocket socket;
  private final Path mail;
  private final MaildirDelivery delivery;

  private LoopbackMailServer(ServerSocket socket, Path mail, Clock clock) {
    this.socket = socket;
    this.mail = mail;
    this.delivery = new MaildirDelivery(clock, "demo");
  }

  /** Listens from now on, in threads of its own that end with the JVM. */
  static LoopbackMailServer start(Path mail, int port, Clock clock) throws IOException {
    LoopbackMailServer server =
        new LoopbackMailServer(
            new ServerSocket(port, 50, InetAddress.getLoopbackAddress()), mail, clock);
    Thread.ofVirtual().name("mail-server").start(server::accept);
    return server;
  }

  int port() {
    return socket.getLocalPort();
  }

  /** As a process: the directory of the mail, and the port. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    LoopbackMailServer server =
        start(Path.of(arguments[0]), Integer.parseInt(arguments[1]), Clock.systemUTC());
    try (server) {
      Thread.currentThread().join(); // until it is stopped
    }
  }

  /** Starts it as a process of its own, which {@link #stop} ends. */
  static void startProcess(Path mail, int port, Path pidFile) throws IOException {
    Process process =
        new ProcessBuilder(
                "setsid",
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx32m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LoopbackMailServer.class.getName(),
                mail.toString(),
                Integer.toString(port))
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(pidFile.resolveSibling("mail-server.log").toFile())
            .start();
    Files.writeString(pidFile, process.pid() + "\n");
  }

  /** Ends the process of that pid file; says whether there was one. */
  static boolean stop(Path pidFile, Path mail) throws IOException, InterruptedException {
    Optional<OwnProcess> running = OwnProcess.find(pidFile, mail.toString());
    if (running.isPresent()) {
      running.get().stop("TERM", STOP);
    }
    Files.deleteIfExists(pidFile);
    return running.isPresent();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // closed, or a client that was gone before it was greeted
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setSoTimeout(PATIENCE_MILLIS);
      new Session(client).talk();
    } catch (IOException e) {
      // the client is gone; what was not answered with 250 it sends again
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** One client. */
  private final class Session {
    private final BufferedReader in;
    private final OutputStream out;
    private final List<Path> recipients = new ArrayList<>();

    Session(Socket client) throws IOException {
      in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1),
              LONGEST_LINE);
      out = client.getOutputStream();
    }

    void talk() throws IOException {
      say("220 demo ESMTP");
      for (@Nullable String line = in.readLine(); line != null; line = in.readLine()) {
        String verb = line.length() < 4 ? "" : line.substring(0, 4).toUpperCase(Locale.ROOT);
        switch (verb) {
          case "HELO", "EHLO", "NOOP" -> say("250 demo");
          case "MAIL", "RSET" -> {
            recipients.clear();
            say("250 2.1.0 Ok");
          }
          case "RCPT" -> recipient(line);
          case "DATA" -> data();
          case "QUIT" -> {
            say("221 2.0.0 Bye");
            return;
          }
          default -> say("502 5.5.1 No such command");
        }
      }
    }

    private void recipient(String line) throws IOException {
      Matcher matcher = RECIPIENT.matcher(line);
      Optional<Path> maildir = matcher.matches() ? maildir(matcher.group(1)) : Optional.empty();
      if (maildir.isEmpty() || recipients.size() == MOST_RECIPIENTS) {
        say("550 5.1.1 No such mailbox here");
      } else {
        recipients.add(maildir.get());
        say("250 2.1.5 Ok");
      }
    }

    private Optional<Path> maildir(String address) {
      try {
        MailboxAddress mailbox = MailboxAddress.of(address);
        return Optional.of(mail.resolve(mailbox.domain()).resolve(mailbox.localPart()))
            .filter(path -> Files.isDirectory(path.resolve("new")));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }

    private void data() throws IOException {
      if (recipients.isEmpty()) {
        say("503 5.5.1 To whom?");
        return;
      }
      say("354 End with a dot");
      Optional<byte[]> message = message();
      if (message.isEmpty()) {
        say("552 5.3.4 Too large");
        return;
      }
      for (Path maildir : recipients) {
        try (DirectoryHandle folder = DirectoryHandle.open(maildir)) {
          delivery.deliver(folder, new ByteArrayInputStream(message.get()));
        }
      }
      recipients.clear();
      say("250 2.0.0 Delivered");
    }

    /** With the line ends that files of a Maildir have; empty where it is too large. */
    private Optional<byte[]> message() throws IOException {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      boolean tooLarge = false;
      for (@Nullable String line = in.readLine();
          line == null || !line.equals(".");
          line = in.readLine()) {
        if (line == null) {
          throw new IOException("the client is gone");
        }
        tooLarge |= message.size() > MOST_BYTES;
        if (!tooLarge) {
          String unstuffed = line.startsWith(".") ? line.substring(1) : line;
          message.writeBytes((unstuffed + "\n").getBytes(StandardCharsets.ISO_8859_1));
        }
      }
      return tooLarge ? Optional.empty() : Optional.of(message.toByteArray());
    }

    private void say(String line) throws IOException {
      out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
  }
}
