package org.mailtimemachine.pages;

import java.net.InetAddress;
import java.util.HexFormat;

/**
 * Where an attempt to sign in comes from.
 *
 * @param address its network address, in the one spelling that Java gives it
 * @param network what is counted as one client: an IPv4 address, or the /64 network of an IPv6
 *     address, since whoever has one of these has all of them
 */
public record Client(String address, String network) {

  private static final int NETWORK_BYTES = 8;

  /**
   * Reads an address as the server knows it. Behind a proxy it is what a header says, thus anything
   * at all: what is no address is one client together with everything else that is none.
   */
  public static Client of(String text) {
    try {
      InetAddress address = InetAddress.ofLiteral(text);
      byte[] bytes = address.getAddress();
      String spelled = address.getHostAddress();
      return new Client(
          spelled,
          bytes.length > NETWORK_BYTES
              ? HexFormat.of().formatHex(bytes, 0, NETWORK_BYTES)
              : spelled);
    } catch (IllegalArgumentException e) {
      return new Client("unknown", "unknown");
    }
  }
}
