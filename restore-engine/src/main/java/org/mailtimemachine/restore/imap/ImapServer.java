package org.mailtimemachine.restore.imap;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/**
 * Where the IMAP server of the live mail listens.
 *
 * @param tls whether it speaks TLS from the first byte; else STARTTLS is asked for, and clear text
 *     is spoken to this very machine alone
 * @param timeout how long nobody waits for a byte of it, or for a connection
 */
record ImapServer(String host, int port, boolean tls, Duration timeout) {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /**
   * Reads {@code imaps://host[:port]} or {@code imap://host[:port]}.
   *
   * @throws IllegalArgumentException where it is neither
   */
  static ImapServer of(String text) {
    try {
      URI uri = new URI(text);
      boolean tls = "imaps".equalsIgnoreCase(uri.getScheme());
      if ((tls || "imap".equalsIgnoreCase(uri.getScheme()))
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null
          && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))) {
        int port = uri.getPort() < 0 ? tls ? 993 : 143 : uri.getPort();
        if (port > 0 && port < 65_536) {
          return new ImapServer(unbracketed(uri.getHost()), port, tls, TIMEOUT);
        }
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("'%s': %s".formatted(text, e.getMessage()), e);
    }
    throw new IllegalArgumentException(
        "'%s' is no server, as imaps://imap.example.org is".formatted(text));
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  @Override
  public String toString() {
    return (tls ? "imaps://" : "imap://") + host + ":" + port;
  }
}
