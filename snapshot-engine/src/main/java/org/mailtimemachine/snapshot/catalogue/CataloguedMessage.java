package org.mailtimemachine.snapshot.catalogue;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.mailtimemachine.mailstore.maildir.Flags;

/**
 * One message as it stood in one Folder of one Snapshot: what a list of messages shows.
 *
 * @param id opaque; the same for this message in this Folder on every day, also after a rebuild
 * @param poolName where its bytes are: the encoded name of its link in the Mailbox's Pool
 * @param subject decoded; empty where there is none
 * @param from the senders as one line of text, decoded
 * @param to the recipients as one line of text, decoded
 * @param date of the Date header, or the internal date where that is missing or makes no sense
 * @param size bytes on disk
 * @param keywords names of the labels it carried that day
 * @param attachments how many parts a person would call an attachment
 * @param preview the first words of its text
 */
public record CataloguedMessage(
    UUID id,
    UUID folder,
    String poolName,
    String subject,
    String from,
    String to,
    Instant date,
    long size,
    Flags flags,
    List<String> keywords,
    int attachments,
    String preview) {

  public CataloguedMessage {
    keywords = List.copyOf(keywords);
  }
}
