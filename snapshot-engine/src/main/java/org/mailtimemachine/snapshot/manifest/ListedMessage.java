package org.mailtimemachine.snapshot.manifest;

import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.maildir.Flags;

/**
 * One message of a Listing.
 *
 * @param baseName its file name that day before {@code :2,}, percent-encoded
 * @param poolName the name of its link in the Pool, percent-encoded; mostly the same
 * @param keywords the lower case letters behind the flags
 * @param size bytes on disk
 * @param internalDate IMAP INTERNALDATE: the file's mtime
 * @param inode what identifies it as long as the Pool holds it
 * @param uid IMAP UID where the server had given one
 */
public record ListedMessage(
    String baseName,
    String poolName,
    Flags flags,
    String keywords,
    long size,
    Instant internalDate,
    long inode,
    OptionalLong uid) {

  // Listings are compared every night; see FileName on what a record has of itself.
  @Override
  public boolean equals(@Nullable Object other) {
    return other == this
        || (other instanceof ListedMessage message
            && inode == message.inode
            && size == message.size
            && baseName.equals(message.baseName)
            && poolName.equals(message.poolName)
            && flags.letters().equals(message.flags.letters())
            && keywords.equals(message.keywords)
            && internalDate.equals(message.internalDate)
            && uid.equals(message.uid));
  }

  @Override
  public int hashCode() {
    return 31 * baseName.hashCode() + Long.hashCode(inode);
  }
}
