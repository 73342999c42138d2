package org.mailtimemachine.web.signin;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.function.BiPredicate;

/** As much of an IMAP server as signing in and out again needs. */
final class ScriptedImapServer implements Closeable {

  private final ServerSocket socket;
  private final BiPredicate<String, String> opens;

  /** What it says to a wrong password. */
  private volatile String refusal = "[AUTHENTICATIONFAILED] Authentication failed.";

  ScriptedImapServer(BiPredicate<String, String> opens) throws IOException {
    this.socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    this.opens = opens;
    Thread.ofVirtual().start(this::serve);
  }

  void refuseWith(String text) {
    refusal = text;
  }

  int port() {
    return socket.getLocalPort();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket session = socket.accept()) {
        talk(session);
      } catch (IOException e) {
        // The client hung up, or the test is over.
      }
    }
  }

  private void talk(Socket session) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(session.getInputStream(), StandardCharsets.UTF_8));
    OutputStream out = session.getOutputStream();
    say(out, "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String tag = line.substring(0, line.indexOf(' '));
      String command = line.substring(tag.length() + 1).toUpperCase(Locale.ROOT);
      if (command.startsWith("AUTHENTICATE PLAIN")) {
        say(out, "+ ");
        String[] words =
            new String(Base64.getDecoder().decode(in.readLine()), StandardCharsets.UTF_8)
                .split("\0", -1);
        boolean open = opens.test(words[1], words[2]);
        say(out, tag + (open ? " OK in" : " NO " + refusal));
      } else if (command.startsWith("CAPABILITY")) {
        say(out, "* CAPABILITY IMAP4rev1 AUTH=PLAIN");
        say(out, tag + " OK");
      } else if (command.startsWith("LOGOUT")) {
        say(out, "* BYE");
        say(out, tag + " OK");
        return;
      } else {
        say(out, tag + " OK");
      }
    }
  }

  private static void say(OutputStream out, String line) throws IOException {
    out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
