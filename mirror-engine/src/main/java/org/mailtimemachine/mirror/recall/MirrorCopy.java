package org.mailtimemachine.mirror.recall;

import java.time.Instant;
import java.util.List;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * A message that came for one person, of which mirrors got a copy. Addresses are to be shown:
 * control characters, and those that turn text around, are question marks.
 *
 * @param arrived when its text had come
 * @param sender of the envelope; empty for bounces
 * @param recipients of the envelope that are this person's addresses, and no others
 * @param queueId what the mail server called it; empty where it did not tell
 * @param sha256 of its bytes as they came over the line, in hexadecimal
 * @param bytes of it
 * @param places the files that were made of it, one at least
 */
public record MirrorCopy(
    CopyId id,
    Instant arrived,
    String sender,
    List<String> recipients,
    String queueId,
    String sha256,
    long bytes,
    List<Place> places) {

  public MirrorCopy {
    recipients = List.copyOf(recipients);
    places = List.copyOf(places);
  }

  /**
   * A file in a mirror mailbox.
   *
   * @param file its base name when it came; whoever reads that mailbox may have moved or deleted it
   */
  public record Place(MailboxAddress mailbox, String file) {}
}
