package org.mailtimemachine.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Stands before a server on loopback, and breaks the connection when the server says a word for the
 * nth time: what it did is done, and nobody is told.
 */
final class CutConnection implements AutoCloseable {

  private final ServerSocket listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  private final int server;
  private final String word;
  private final int times;
  private final String instead;

  CutConnection(int server, String word, int times) throws IOException {
    this(server, word, times, word);
  }

  private CutConnection(int server, String word, int times, String instead) throws IOException {
    this.server = server;
    this.word = word;
    this.times = times;
    this.instead = instead;
    Thread.startVirtualThread(this::listen);
  }

  /** Breaks nothing, but keeps a word of the server's from being understood. */
  static CutConnection hiding(int server, String word) throws IOException {
    return new CutConnection(server, word, Integer.MAX_VALUE, "X".repeat(word.length()));
  }

  int port() {
    return listening.getLocalPort();
  }

  private void listen() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
        Thread.startVirtualThread(() -> pass(client, behind, Integer.MAX_VALUE, word));
        Thread.startVirtualThread(() -> pass(behind, client, times, instead));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void pass(Socket from, Socket to, int most, String shown) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[8192];
      int said = 0;
      int read = in.read(buffer);
      while (read >= 0) {
        String text = new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
        said += text.split(word, -1).length - 1;
        if (said >= most) {
          return;
        }
        out.write(text.replace(word, shown).getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        read = in.read(buffer);
      }
    } catch (IOException e) {
      // the other side is gone
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
