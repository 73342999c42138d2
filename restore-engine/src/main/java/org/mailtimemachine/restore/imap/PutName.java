package org.mailtimemachine.restore.imap;

import java.util.Optional;
import org.mailtimemachine.restore.PlannedMessage;

/**
 * The name of a message that was put back: its numbers, and what only it has in its job.
 *
 * @param uid 0 where it is not known, or the message is gone: then nothing is taken back
 */
record PutName(long uidValidity, long uid, String own) {

  /** Of 32 bits (RFC 9051, 2.3.1.1). */
  private static final String NUMBER = "[0-9]{1,10}";

  static PutName of(long uidValidity, long uid, PlannedMessage message) {
    return new PutName(uidValidity, uid, message.baseName().encoded());
  }

  String text() {
    return uidValidity + "." + uid + "." + own;
  }

  /** Reads a name; empty where it has no UID. */
  static Optional<PutName> parse(String text) {
    String[] parts = text.split("\\.", 3);
    if (parts.length == 3 && parts[0].matches(NUMBER) && parts[1].matches(NUMBER)) {
      PutName name = new PutName(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]);
      return name.uid() > 0 ? Optional.of(name) : Optional.empty();
    }
    return Optional.empty();
  }
}
