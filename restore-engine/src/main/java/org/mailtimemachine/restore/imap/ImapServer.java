package org.mailtimemachine.restore.imap;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/**
 * Where the IMAP server of the live mail listens.
 *
 * @param tls whether it speaks TLS from the first byte; else STARTTLS is asked for, and clear text
 *     is spoken to this very machine alone
 * @param timeout so long somebody waits for a byte of it
 * @param longest so long a command may take that makes no progress in what is sent
 */
record ImapServer(String host, int port, boolean tls, Duration timeout, Duration longest) {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration LONGEST = Duration.ofMinutes(30);

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
          return new ImapServer(unbracketed(uri.getHost()), port, tls, TIMEOUT, LONGEST);
        }
      }
    } catch (URISyntaxException e) {
      throw wrong(text); // without the cause, which would say all of it
    }
    throw wrong(text);
  }

  /** What stands before an @ may be a password. */
  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "'%s' is no server, as imaps://imap.example.org is"
            .formatted(text.substring(text.lastIndexOf('@') + 1)));
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  @Override
  public String toString() {
    return (tls ? "imaps://" : "imap://") + host + ":" + port;
  }
}
