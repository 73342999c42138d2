package org.mailtimemachine.mirror.smtp;

import java.io.IOException;

/** The other side said what its protocol does not have. Nothing that it says later is believed. */
final class ProtocolException extends IOException {

  private static final long serialVersionUID = 1;

  ProtocolException(String message) {
    super(message);
  }
}
