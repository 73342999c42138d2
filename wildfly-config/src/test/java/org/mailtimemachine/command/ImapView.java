package org.mailtimemachine.command;

import jakarta.mail.FetchProfile;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.codec.digest.DigestUtils;

/** What an IMAP client sees of a whole mailbox. */
final class ImapView {

  private ImapView() {}

  /**
   * Folder -> subject, flags, keywords, INTERNALDATE, size and digest of each message, sorted.
   *
   * @param besides messages whose subject begins so are left out
   */
  static Map<String, List<String>> of(Store imap, String... besides)
      throws MessagingException, IOException {
    Map<String, List<String>> shown = new TreeMap<>();
    for (Folder folder : imap.getDefaultFolder().list("*")) {
      folder.open(Folder.READ_ONLY);
      FetchProfile all = new FetchProfile();
      all.add(FetchProfile.Item.ENVELOPE);
      all.add(FetchProfile.Item.FLAGS);
      folder.fetch(folder.getMessages(), all);
      List<String> messages = new ArrayList<>();
      for (Message message : folder.getMessages()) {
        if (List.of(besides).stream().noneMatch(String.valueOf(message.getSubject())::startsWith)) {
          messages.add(line(message));
        }
      }
      folder.close(false);
      messages.sort(null);
      shown.put(folder.getFullName(), messages);
    }
    return shown;
  }

  private static String line(Message message) throws MessagingException, IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    message.writeTo(bytes);
    Flags flags = message.getFlags();
    return "%s seen=%s answered=%s deleted=%s %s %s %d %s"
        .formatted(
            message.getSubject(),
            flags.contains(Flags.Flag.SEEN),
            flags.contains(Flags.Flag.ANSWERED),
            flags.contains(Flags.Flag.DELETED),
            new TreeSet<>(List.of(flags.getUserFlags())),
            message.getReceivedDate().toInstant(),
            message.getSize(),
            DigestUtils.sha256Hex(bytes.toByteArray()));
  }
}
