package org.mailtimemachine.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports on 127.0.0.1. */
final class LoopbackPort {

  private LoopbackPort() {}

  /** One that nobody listens on now. */
  static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * The port, if nobody listens on it.
   *
   * @throws CommandFailed where somebody does, or where it is not ours to use
   */
  static int requireFree(int port, String option) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true); // connections of a server that has just ended do not count
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return port;
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandFailed(
          "Port %d on 127.0.0.1 cannot be used (%s); choose another with %s."
              .formatted(port, e.getMessage(), option),
          e);
    }
  }
}
