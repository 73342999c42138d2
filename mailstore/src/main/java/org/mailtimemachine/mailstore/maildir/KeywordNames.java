package org.mailtimemachine.mailstore.maildir;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;

/**
 * The file {@code dovecot-keywords} of a Folder: which keyword each small letter of a file name
 * stands for there, {@code 0 $Important} for {@code a}. Only 26 fit into a name; Dovecot keeps
 * further ones in its index alone.
 */
public final class KeywordNames {

  private static final int LETTERS = 26;

  private KeywordNames() {}

  /** Letter to name; empty where the file is missing. Lines that make no sense are passed over. */
  public static SortedMap<Character, String> read(
      DirectoryHandle folder, Consumer<String> warnings) {
    SortedMap<Character, String> names = new TreeMap<>();
    for (String line : MetadataFile.lines(folder, "dovecot-keywords", warnings)) {
      int space = line.indexOf(' ');
      if (space > 0 && space < 3 && line.substring(0, space).chars().allMatch(Character::isDigit)) {
        int index = Integer.parseInt(line.substring(0, space));
        byte[] name = line.substring(space + 1).getBytes(StandardCharsets.ISO_8859_1);
        if (index < LETTERS && name.length > 0) {
          names.put((char) ('a' + index), new String(name, StandardCharsets.UTF_8));
        }
      }
    }
    return Collections.unmodifiableSortedMap(names);
  }

  /** The text of a file that says the same; a name that no line can hold is left out. */
  public static byte[] toBytes(SortedMap<Character, String> names) {
    StringBuilder text = new StringBuilder();
    names.forEach(
        (letter, name) -> {
          if (letter >= 'a' && letter < 'a' + LETTERS && name.chars().noneMatch(c -> c < ' ')) {
            text.append(letter - 'a').append(' ').append(name).append('\n');
          }
        });
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
