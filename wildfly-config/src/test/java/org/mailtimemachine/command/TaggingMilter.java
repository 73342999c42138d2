package org.mailtimemachine.command;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A spam filter of the Sendmail protocol (version 6): adds {@code X-Spam-Flag: YES} to messages in
 * whose subject something is cheap.
 */
final class TaggingMilter implements AutoCloseable {

  private static final int VERSION = 6;
  private static final int ADDS_HEADERS = 0x01;

  /** Connections, HELO, MAIL, RCPT, bodies, ends of headers, unknown commands and DATA. */
  private static final int NOT_OF_INTEREST =
      0x01 | 0x02 | 0x04 | 0x08 | 0x10 | 0x40 | 0x100 | 0x200;

  private final ServerSocket server;

  private TaggingMilter(ServerSocket server) {
    this.server = server;
  }

  static TaggingMilter start() throws IOException {
    TaggingMilter milter =
        new TaggingMilter(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(milter::accept);
    return milter;
  }

  int port() {
    return server.getLocalPort();
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

  private static void serve(Socket client) {
    try (client;
        DataInputStream in = new DataInputStream(client.getInputStream());
        DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
      boolean spam = false;
      while (true) {
        int length = in.readInt();
        char command = (char) in.readUnsignedByte();
        byte[] data = in.readNBytes(length - 1);
        switch (command) {
          case 'O' -> {
            out.writeInt(13);
            out.writeByte('O');
            out.writeInt(VERSION);
            out.writeInt(ADDS_HEADERS);
            out.writeInt(NOT_OF_INTEREST);
          }
          case 'L' -> {
            String header = new String(data, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
            spam |= header.startsWith("subject") && header.contains("cheap");
            answer(out, "c");
          }
          case 'E' -> {
            if (spam) {
              answer(out, "hX-Spam-Flag\0YES\0");
            }
            answer(out, "c");
            spam = false;
          }
          case 'A' -> spam = false;
          case 'Q' -> {
            return;
          }
          case 'D' -> {
            // macros, which want no answer
          }
          default -> answer(out, "c");
        }
        out.flush();
      }
    } catch (EOFException e) {
      // Postfix has left
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void answer(DataOutputStream out, String packet) throws IOException {
    byte[] bytes = packet.getBytes(StandardCharsets.ISO_8859_1);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
