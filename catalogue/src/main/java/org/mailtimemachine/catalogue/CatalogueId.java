package org.mailtimemachine.catalogue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * Ids that follow from what they name, so that a link still works after the Catalogue was rebuilt:
 * the first 16 bytes of a SHA-256, marked as a UUID of version 8 (RFC 9562, section 5.8).
 */
final class CatalogueId {

  private CatalogueId() {}

  /**
   * A Folder.
   *
   * @param occurrence 0, or how many directories before this one have the same decoded name
   */
  static UUID folder(MailboxAddress mailbox, FolderName folder, int occurrence) {
    return occurrence == 0
        ? hash(mailbox.toString(), folder.text())
        : hash(mailbox.toString(), folder.text(), Integer.toString(occurrence));
  }

  /**
   * A message in a Folder.
   *
   * @param occurrence 0, or how many entries before this one of the Listing have the same names
   */
  static UUID entry(
      MailboxAddress mailbox, UUID folder, String baseName, String poolName, int occurrence) {
    return hash(
        mailbox.toString(),
        folder.toString(),
        baseName,
        poolName,
        occurrence == 0 ? "" : Integer.toString(occurrence));
  }

  /** A Message of the Pool; unique within its Mailbox. */
  static UUID message(String poolName) {
    return hash(poolName);
  }

  private static UUID hash(String... parts) {
    MessageDigest sha = sha256();
    for (String part : parts) {
      sha.update(part.getBytes(StandardCharsets.UTF_8));
      sha.update((byte) 0); // no part can hold it, so no two lists of parts look the same
    }
    ByteBuffer digest = ByteBuffer.wrap(sha.digest());
    long high = (digest.getLong() & ~0xF000L) | 0x8000L;
    long low = (digest.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new UUID(high, low);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
