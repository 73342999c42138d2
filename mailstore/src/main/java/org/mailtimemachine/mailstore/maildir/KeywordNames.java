package org.mailtimemachine.mailstore.maildir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;

/**
 * The file {@code dovecot-keywords} of a Folder: which keyword each small letter of a file name
 * stands for there, {@code 0 $Important} for {@code a}. Only 26 fit into a name; Dovecot keeps
 * further ones in its index alone.
 */
public final class KeywordNames {

  private static final String FILE = "dovecot-keywords";
  private static final String UID_LIST = "dovecot-uidlist";
  private static final int LETTERS = 26;

  private KeywordNames() {}

  /** Letter to name; empty where the file is missing. Lines that make no sense are passed over. */
  public static SortedMap<Character, String> read(
      DirectoryHandle folder, Consumer<String> warnings) {
    SortedMap<Character, String> names = new TreeMap<>();
    for (String line : MetadataFile.lines(folder, FILE, warnings)) {
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

  /**
   * Gives letters to further keywords of a live Folder. Dovecot does that under the lock of {@code
   * dovecot-uidlist}, and reads the file again when its second is another one ({@code
   * maildir-keywords.c}).
   *
   * @return all letters by then. Keywords have none where there are more than 26, where no Dovecot
   *     keeps its files in the Folder's own directory ({@code CONTROL=}), and where somebody has
   *     held the lock all the time
   */
  public static SortedMap<Character, String> add(
      DirectoryHandle folder, Collection<String> names, InstantSource clock) throws IOException {
    if (MetadataFile.status(folder, new FileName(UID_LIST)).isEmpty()
        && MetadataFile.status(folder, new FileName(FILE)).isEmpty()) {
      return Collections.emptySortedMap();
    }
    Optional<DovecotLock> lock = DovecotLock.take(folder, UID_LIST, clock);
    if (lock.isEmpty()) {
      return read(folder, _ -> {});
    }
    try (DovecotLock held = lock.get()) {
      assert held != null;
      List<String> warnings = new ArrayList<>();
      SortedMap<Character, String> known = new TreeMap<>(read(folder, warnings::add));
      if (!warnings.isEmpty()) {
        throw new IOException(warnings.getFirst()); // or all letters would get other meanings
      }
      boolean added = false;
      for (String name : names) {
        // To Dovecot the case of a keyword does not matter.
        boolean there = known.values().stream().anyMatch(name::equalsIgnoreCase);
        if (!there && !name.isEmpty() && name.chars().noneMatch(c -> c < ' ')) {
          for (char letter = 'a'; letter < 'a' + LETTERS; letter++) {
            if (known.putIfAbsent(letter, name) == null) {
              added = true;
              break;
            }
          }
        }
      }
      if (added) {
        MetadataFile.replace(folder, FILE, toBytes(known), clock.instant());
      }
      return Collections.unmodifiableSortedMap(known);
    }
  }
}
