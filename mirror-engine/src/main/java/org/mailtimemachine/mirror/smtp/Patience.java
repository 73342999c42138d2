package org.mailtimemachine.mirror.smtp;

import java.time.Duration;

/**
 * How long to wait for the other side.
 *
 * @param connect for the next hop to take a connection
 * @param reply for what the next hop says to a command
 * @param verdict for what it says to a whole message; a mail server may still be filtering it (RFC
 *     5321 section 4.5.3.2.6: 10 minutes)
 * @param client for the next bytes of a client
 */
public record Patience(Duration connect, Duration reply, Duration verdict, Duration client) {

  /** As RFC 5321 section 4.5.3.2 and the mail servers have it. */
  public static final Patience DEFAULT =
      new Patience(
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          Duration.ofMinutes(10),
          Duration.ofMinutes(5));
}
