package org.mailtimemachine.mirror.smtp;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who sends a message to whom, as the session said it and before anything was rewritten. Texts are
 * as they came over the line, each byte a character of ISO 8859-1, without control characters.
 *
 * @param origin what the host's mail server forwards of the client that it has the message from:
 *     attributes of XFORWARD by name (upper case) without those that it calls unavailable
 * @param sender empty for bounces
 * @param parameters of the sender, as they were said
 * @param recipients those that the next hop accepted, in their order; at least one
 */
public record Envelope(
    Map<String, String> origin,
    String sender,
    List<String> parameters,
    List<Recipient> recipients) {

  public Envelope {
    origin = Map.copyOf(origin);
    parameters = List.copyOf(parameters);
    recipients = List.copyOf(recipients);
  }

  /** The mail server's name for the message in its queue: the same at each attempt. */
  public Optional<String> queueId() {
    return Optional.ofNullable(origin.get("IDENT"));
  }

  /**
   * Somebody whom the message is for.
   *
   * @param address that the message was sent to: of RCPT TO; in LMTP, where aliases are expanded
   *     already, of ORCPT if there is one
   * @param parameters of it, as they were said
   */
  public record Recipient(String address, List<String> parameters) {
    public Recipient {
      parameters = List.copyOf(parameters);
    }
  }
}
