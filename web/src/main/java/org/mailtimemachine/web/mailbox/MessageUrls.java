package org.mailtimemachine.web.mailbox;

import java.util.UUID;

/** Where the REST interface has the files of a message. */
final class MessageUrls {

  private MessageUrls() {}

  /** Relative to the application's root; {@code .eml}, {@code /source} and so on follow. */
  static String of(String snapshot, UUID message) {
    return "api/v1/snapshots/" + snapshot + "/messages/" + message;
  }
}
