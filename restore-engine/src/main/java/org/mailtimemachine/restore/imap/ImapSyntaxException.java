package org.mailtimemachine.restore.imap;

import java.io.IOException;

/** A server said something that is no IMAP. */
final class ImapSyntaxException extends IOException {

  private static final long serialVersionUID = 1L;

  ImapSyntaxException(String message) {
    super(message);
  }
}
