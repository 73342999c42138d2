package org.mailtimemachine.web.signin;

import java.time.Duration;

/**
 * Where and how the host's IMAP server is reached.
 *
 * @param timeout for connecting and for each answer
 */
record ImapServer(String host, int port, Security security, Duration timeout) {

  /** How the password is protected on its way. */
  enum Security {
    /** Not at all: for a server on the same machine. */
    NONE,
    STARTTLS,
    TLS
  }

  @Override
  public String toString() {
    return "imap" + (security == Security.TLS ? "s" : "") + "://" + host + ":" + port;
  }
}
