package org.mailtimemachine.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * All hosts of {@code *.example} as a browser finds them when it is started with {@link
 * #browserOptions}: one socket that remembers everything that comes, be it no more than a
 * connection. So nothing is missed that a browser does not tell its test about.
 */
final class Elsewhere implements AutoCloseable {

  private static final String NO_CONTENT =
      "HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n";

  private final ServerSocket socket;
  private volatile Set<String> asked = new ConcurrentSkipListSet<>();

  private Elsewhere(ServerSocket socket) {
    this.socket = socket;
  }

  static Elsewhere open() throws IOException {
    Elsewhere elsewhere = new Elsewhere(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(elsewhere::accept);
    return elsewhere;
  }

  List<String> browserOptions() {
    return List.of("--host-resolver-rules=MAP *.example 127.0.0.1:" + socket.getLocalPort());
  }

  /** Begins anew: what comes over connections that are there already is not told any more. */
  void forget() {
    asked = new ConcurrentSkipListSet<>();
  }

  /** What was asked for so far, as paths; {@code connection} for one that asked for nothing. */
  Set<String> asked() {
    return asked;
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        // A browser may close one that it never used in a later test: it counts for this one.
        Set<String> now = asked;
        Thread.ofVirtual().start(() -> answer(connection, now));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private static void answer(Socket connection, Set<String> asked) {
    try (connection) {
      BufferedReader request =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
      String line = request.readLine();
      String[] words = line == null ? new String[0] : line.split(" ");
      asked.add(words.length == 3 ? words[1] : "connection");
      while (line != null && !line.isEmpty()) {
        line = request.readLine();
      }
      connection.getOutputStream().write(NO_CONTENT.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      asked.add("connection");
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
