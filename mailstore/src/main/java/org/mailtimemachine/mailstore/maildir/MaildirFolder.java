package org.mailtimemachine.mailstore.maildir;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;

/**
 * A Folder as it was found on disk.
 *
 * @param name what a person calls it
 * @param path its directory, from the Maildir's root; empty for INBOX
 */
public record MaildirFolder(
    FolderName name, List<FileName> path, boolean subscribed, Optional<SpecialUse> specialUse) {

  /** The directory with its mail that was read by a client. */
  public static final FileName CUR = new FileName("cur");

  /** The directory with its mail that no client has seen yet. */
  public static final FileName NEW = new FileName("new");

  /** Where mail is written before it is delivered; nothing in it is mail. */
  public static final FileName TMP = new FileName("tmp");

  public MaildirFolder {
    path = List.copyOf(path);
  }

  /**
   * Whether it is Trash or Junk, or lies below one of them: many clients delete a Folder by moving
   * it there.
   */
  public boolean thrownAway() {
    return thrownAway(name);
  }

  /** The same of a Folder of which only the name is known. */
  public static boolean thrownAway(FolderName name) {
    List<String> levels = name.levels();
    for (int depth = 1; depth <= levels.size(); depth++) {
      Optional<SpecialUse> use =
          SpecialUses.of(new FolderName(String.join("/", levels.subList(0, depth))));
      if (use.filter(u -> u == SpecialUse.TRASH || u == SpecialUse.JUNK).isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** Opens its directory, one component at a time and through no symbolic link. */
  public DirectoryHandle open(DirectoryHandle root) throws IOException {
    DirectoryHandle handle = root.directory(new FileName("."));
    for (FileName component : path) {
      try (DirectoryHandle parent = handle) {
        handle = parent.directory(component);
      }
    }
    return handle;
  }

  /** Its directory as text: components percent-encoded, {@code /} between them; empty for INBOX. */
  public String directory() {
    return path.size() == 1
        ? path.getFirst().encoded()
        : path.stream().map(FileName::encoded).collect(Collectors.joining("/"));
  }
}
