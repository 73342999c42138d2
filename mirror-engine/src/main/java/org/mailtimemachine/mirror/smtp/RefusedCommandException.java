package org.mailtimemachine.mirror.smtp;

import java.io.Serial;

/** A command that gets this reply and changes nothing. */
final class RefusedCommandException extends Exception {

  @Serial private static final long serialVersionUID = 1;

  private final transient Reply reply;

  RefusedCommandException(Reply reply) {
    super(reply.toString());
    this.reply = reply;
  }

  Reply reply() {
    return reply;
  }
}
