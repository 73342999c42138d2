package org.mailtimemachine.restore;

import java.time.Instant;
import java.util.List;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.mailstore.posix.FileName;

/**
 * A Message that a restore would add.
 *
 * @param poolName of its link in the Pool, percent-encoded
 * @param inode of that link; 0 where the Pool holds a file of its own, which is not to be linked
 *     into live mail: it belongs to who took the night
 * @param baseName that it will have: a new one, for Dovecot unlinks or renumbers what comes back
 *     under an old one
 * @param flags as they were; \Deleted is not among them, or the next EXPUNGE would take it again
 * @param keywords by name
 * @param size bytes
 * @param internalDate IMAP INTERNALDATE: the file's mtime
 */
public record PlannedMessage(
    String poolName,
    long inode,
    FileName baseName,
    Flags flags,
    List<String> keywords,
    long size,
    Instant internalDate) {

  public PlannedMessage {
    keywords = List.copyOf(keywords);
  }
}
