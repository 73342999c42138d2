package org.mailtimemachine.mailstore.maildir;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;

/**
 * The file {@code subscriptions} of a Maildir: one Folder a line. Version 2 starts with {@code
 * V<tab>2} and divides levels by tabs, the older one by dots (Dovecot, {@code
 * subscription-file.c}).
 */
final class Subscriptions {

  private Subscriptions() {}

  static Set<FolderName> read(DirectoryHandle root, Consumer<String> warnings) {
    List<String> lines = MetadataFile.lines(root, "subscriptions", warnings);
    boolean tabs = !lines.isEmpty() && lines.getFirst().startsWith("V\t2");
    Set<FolderName> subscribed = new HashSet<>();
    for (String line : tabs ? lines.subList(1, lines.size()) : lines) {
      if (!line.isEmpty()) {
        subscribed.add(new FolderName(FolderNames.levels(line.split(tabs ? "\t" : "[./]", -1))));
      }
    }
    return subscribed;
  }
}
