package org.mailtimemachine.restore.imap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.maildir.ModifiedUtf7;
import org.mailtimemachine.mailstore.posix.FileName;

/**
 * What Folders are called on a server: in modified UTF-7 (RFC 3501, 5.1.3), below the prefix of the
 * user's own namespace. A path has the levels so encoded, and no separator in any of them.
 *
 * @param separator between levels; empty where the server has none
 */
record FolderNames(String prefix, String separator) {

  private static final String INBOX = "INBOX";

  /** The path of a Folder of a Snapshot, which may have been called what no Folder is here. */
  List<FileName> path(FolderName name, Optional<String> below) {
    List<FileName> path = new ArrayList<>();
    below.ifPresent(top -> path.add(level(top)));
    if (name.equals(FolderName.INBOX)) {
      if (below.isPresent()) {
        path.add(new FileName(INBOX));
      }
      return path;
    }
    name.levels().forEach(level -> path.add(level(level)));
    return path;
  }

  private FileName level(String text) {
    String encoded = ModifiedUtf7.encode(text).replace('/', '_');
    if (!separator.isEmpty()) {
      encoded = encoded.replace(separator, "_");
    }
    return new FileName(encoded.isEmpty() ? "_" : encoded);
  }

  /** What the server calls it. */
  String mailbox(List<FileName> path) {
    return path.isEmpty()
        ? INBOX
        : prefix + String.join(separator, path.stream().map(FileName::bytes).toList());
  }

  /** What a person calls it. */
  FolderName shown(String mailbox) {
    if (mailbox.equalsIgnoreCase(INBOX)) {
      return FolderName.INBOX;
    }
    String own =
        mailbox.startsWith(prefix) && mailbox.length() > prefix.length()
            ? mailbox.substring(prefix.length())
            : mailbox;
    String slashed = separator.isEmpty() ? own : own.replace(separator, "/");
    return new FolderName(ModifiedUtf7.decode(slashed).orElse(slashed));
  }
}
