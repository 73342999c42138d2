package org.mailtimemachine.mailstore.mailbox;

import java.util.List;

/**
 * The name of a Folder as a person reads it: decoded from modified UTF-7, {@code /} between levels,
 * {@code INBOX} for the root. It is text to show and to compare, never a path: the directory of a
 * Folder is found by the bytes that were listed.
 *
 * @param text for example {@code INBOX}, {@code Sent}, {@code Projects/Alpha}
 */
public record FolderName(String text) implements Comparable<FolderName> {

  /** The root of a Maildir. */
  public static final FolderName INBOX = new FolderName("INBOX");

  public FolderName {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a folder needs a name");
    }
  }

  /** The levels from the top, at least one. */
  public List<String> levels() {
    return List.of(text.split("/", -1));
  }

  /** Whether it is below another one, however deep. */
  public boolean isBelow(FolderName other) {
    List<String> path = other.levels();
    List<String> levels = levels();
    return levels.size() > path.size() && levels.subList(0, path.size()).equals(path);
  }

  @Override
  public int compareTo(FolderName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
