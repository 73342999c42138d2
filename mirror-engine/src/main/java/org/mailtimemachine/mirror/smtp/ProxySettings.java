package org.mailtimemachine.mirror.smtp;

import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * How the proxy stands in the delivery path.
 *
 * @param protocol spoken on both sides
 * @param listen where clients come to; port 0 takes any
 * @param nextHop looked up anew for each connection to it
 * @param hostName by which it greets and introduces itself
 * @param mostClients at a time; who comes then is told to come again later
 * @param longestLine of a text, in bytes with CR LF; RFC 5321 section 4.5.3.1.6 has 1,000
 * @param tls offered to clients as STARTTLS where present
 * @param nextHopTls where present, no mail goes to the next hop but behind STARTTLS with it, and
 *     with the certificate of its name
 */
public record ProxySettings(
    Protocol protocol,
    InetSocketAddress listen,
    InetSocketAddress nextHop,
    String hostName,
    int mostClients,
    int longestLine,
    Patience patience,
    Optional<SSLContext> tls,
    Optional<SSLContext> nextHopTls) {

  public static final int MOST_CLIENTS = 100;
  public static final int LONGEST_LINE = 1_000;

  public ProxySettings {
    if (mostClients < 1 || longestLine < LONGEST_LINE) {
      throw new IllegalArgumentException(
          "the proxy serves at least one client, and lines of " + LONGEST_LINE + " bytes");
    }
    if (!hostName.matches("[A-Za-z0-9.-]+")) {
      throw new IllegalArgumentException("not a host name: " + hostName);
    }
  }

  /** With the limits that mail servers have, and without TLS: for loopback. */
  public static ProxySettings of(
      Protocol protocol, InetSocketAddress listen, InetSocketAddress nextHop, String hostName) {
    return new ProxySettings(
        protocol,
        listen,
        nextHop,
        hostName,
        MOST_CLIENTS,
        LONGEST_LINE,
        Patience.DEFAULT,
        Optional.empty(),
        Optional.empty());
  }
}
