package org.mailtimemachine.mirror.recall;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.commons.codec.digest.DigestUtils;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.copy.LedgerLine;

/**
 * Names one message among those that mirrors hold for one person. It leads nowhere by itself: it is
 * made anew from each line of the ledgers that is about that person, so that the id of somebody
 * else's copy, also of the same message, is like one that never was.
 */
public record CopyId(UUID value) {

  /** The same for each mirror that holds the message. */
  static CopyId of(MailboxAddress person, LedgerLine line) {
    byte[] digest =
        DigestUtils.sha256(String.join("\n", person.toString(), line.key(), line.sha256()));
    ByteBuffer bytes = ByteBuffer.wrap(digest);
    long high = (bytes.getLong() & ~0xf000L) | 0x8000L; // version 8 of RFC 9562: made by us
    long low = (bytes.getLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new CopyId(new UUID(high, low));
  }
}
