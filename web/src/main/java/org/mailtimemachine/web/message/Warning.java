package org.mailtimemachine.web.message;

import java.util.List;
import org.mailtimemachine.mailstore.mime.MessageHeader;

/**
 * Something about a message that may mislead whoever reads it.
 *
 * @param kind what it is
 * @param values what its sentence names, in the order that the kind tells; hostile text
 */
public record Warning(Kind kind, List<String> values) {

  /** What may mislead. */
  public enum Kind {
    /** A link's text names one host (0), and its target another (1). */
    LINK_ELSEWHERE,
    /** A link's text is one address of mail (0), and its target another (1). */
    LINK_MAIL,
    /**
     * The name of a link's host mixes alphabets or imitates another one (0, as it is looked up).
     */
    LINK_LOOKALIKE,
    /** A link names somebody (0) before the host that it leads to (1). */
    LINK_USER,
    /** A link leads to a number instead of a name (0). */
    LINK_NUMBER,
    /** The sender's name is an address (0) other than his or her own (1). */
    SENDER_NAME,
    /** There is no address of a sender. */
    SENDER_NONE,
    /** There are several senders (0). */
    SENDER_SEVERAL,
    /** The sender's host imitates another one (0, as it is looked up). */
    SENDER_LOOKALIKE,
    /** Answers go to an address (0) that has nothing to do with the sender's (1). */
    REPLY_ELSEWHERE
  }

  public Warning {
    values = List.copyOf(values);
  }

  /** What may mislead about who wrote a message. */
  public static List<Warning> ofSender(List<MessageHeader> headers) {
    return MisleadingSender.of(headers);
  }

  static Warning of(Kind kind, String... values) {
    return new Warning(kind, List.of(values));
  }
}
