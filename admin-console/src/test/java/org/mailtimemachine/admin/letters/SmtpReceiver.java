package org.mailtimemachine.admin.letters;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A mail server that takes what it is given, or answers with what a test wants. */
final class SmtpReceiver implements AutoCloseable {

  /** What was taken: envelope and message. */
  record Taken(String from, String to, String message) {}

  private final ServerSocket socket;
  private final List<Taken> taken = new ArrayList<>();
  private volatile String recipientAnswer = "250 Ok";

  SmtpReceiver() throws IOException {
    socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  /** What it answers to every recipient from now on. */
  void answerRecipients(String answer) {
    recipientAnswer = answer;
  }

  synchronized List<Taken> taken() {
    return List.copyOf(taken);
  }

  private void accept() {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        talk(client);
      } catch (IOException e) {
        // the client or the test is gone
      }
    }
  }

  private void talk(Socket client) throws IOException {
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
    OutputStream out = client.getOutputStream();
    String from = "";
    String to = "";
    say(out, "220 test");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.startsWith("MAIL FROM:")) {
        from = line.substring("MAIL FROM:".length());
        say(out, "250 Ok");
      } else if (line.startsWith("RCPT TO:")) {
        to = line.substring("RCPT TO:".length());
        say(out, recipientAnswer);
      } else if (line.equals("DATA")) {
        say(out, "354 Go on");
        keep(new Taken(from, to, message(in)));
        say(out, "250 Ok");
      } else if (line.equals("QUIT")) {
        say(out, "221 Bye");
        return;
      } else {
        say(out, "250 Ok");
      }
    }
  }

  private synchronized void keep(Taken mail) {
    taken.add(mail);
  }

  private static String message(BufferedReader in) throws IOException {
    StringBuilder message = new StringBuilder();
    for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      message.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
    }
    return message.toString();
  }

  private static void say(OutputStream out, String line) throws IOException {
    out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
