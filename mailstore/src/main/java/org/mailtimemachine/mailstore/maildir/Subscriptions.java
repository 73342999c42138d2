package org.mailtimemachine.mailstore.maildir;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;

/**
 * The file {@code subscriptions} of a Maildir: one Folder a line. Version 2 starts with {@code
 * V<tab>2} and divides levels by tabs, the older one by dots (Dovecot, {@code
 * subscription-file.c}).
 */
public final class Subscriptions {

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

  /**
   * The text of a file, version 2, that subscribes to these Folders.
   *
   * @param directories of the Folders from the Maildir's root, as they are called on disk; empty
   *     for INBOX
   */
  public static byte[] toBytes(List<List<FileName>> directories) {
    StringBuilder text = new StringBuilder("V\t2\n\n");
    for (List<FileName> directory : directories) {
      List<String> levels = FolderNames.onDisk(directory);
      if (levels.stream().flatMapToInt(String::chars).noneMatch(c -> c < ' ')) {
        text.append(levels.isEmpty() ? "INBOX" : String.join("\t", levels)).append('\n');
      }
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
