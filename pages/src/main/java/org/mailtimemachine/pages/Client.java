package org.mailtimemachine.pages;

import java.net.InetAddress;
import java.util.HexFormat;

/**
 * Where an attempt to sign in comes from.
 *
 * @param address its network address, in the one spelling that Java gives it
 * @param network what is counted as one client: an IPv4 address, or the /64 network of an IPv6
 *     address, since whoever has one of these has all of them
 * @param site the same, but the /48 network of an IPv6 address: who rents one has 65,536 of the
 *     smaller ones
 */
public record Client(String address, String network, String site) {

  private static final int NETWORK_BYTES = 8;
  private static final int SITE_BYTES = 6;

  /**
   * Reads an address as the server knows it. Behind a proxy it is what a header says, thus anything
   * at all: what is no address is one client together with everything else that is none.
   */
  public static Client of(String text) {
    try {
      InetAddress address = InetAddress.ofLiteral(text);
      byte[] bytes = address.getAddress();
      String spelled = address.getHostAddress();
      return bytes.length > NETWORK_BYTES
          ? new Client(spelled, begin(bytes, NETWORK_BYTES), begin(bytes, SITE_BYTES))
          : new Client(spelled, spelled, spelled);
    } catch (IllegalArgumentException e) {
      return new Client("unknown", "unknown", "unknown");
    }
  }

  private static String begin(byte[] address, int length) {
    return HexFormat.of().formatHex(address, 0, length);
  }
}
