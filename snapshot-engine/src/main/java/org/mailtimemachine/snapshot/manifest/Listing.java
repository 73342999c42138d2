package org.mailtimemachine.snapshot.manifest;

import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.mailstore.posix.PercentEncoding;

/**
 * The messages of one Folder in one state. Named by its content: Folders in the same state share it
 * over the days.
 *
 * @param keywords letter to name, as {@code dovecot-keywords} had them when it was taken
 * @param messages in the order of their base names
 */
public record Listing(SortedMap<Character, String> keywords, List<ListedMessage> messages) {

  private static final String FORMAT = "mail-time-machine-listing 1";
  private static final String SAME = "=";

  public Listing {
    messages = List.copyOf(messages);
  }

  /** The text of the file; its SHA-256 names the Listing. */
  public byte[] toBytes() {
    Lines lines = Lines.begin(FORMAT);
    keywords.forEach(
        (letter, name) -> lines.add("keyword", letter, PercentEncoding.encodeText(name)));
    for (ListedMessage message : messages) {
      lines.add(
          "message",
          message.baseName(),
          message.poolName().equals(message.baseName()) ? SAME : message.poolName(),
          orNone(message.flags().letters()),
          orNone(message.keywords()),
          message.size(),
          FileTime.format(message.internalDate()),
          message.inode(),
          message.uid().isPresent() ? message.uid().getAsLong() : Lines.NONE);
    }
    return lines.end();
  }

  /**
   * Reads the text of the file.
   *
   * @param file what to call it in an error
   */
  public static Listing parse(byte[] bytes, String file) throws DamagedFileException {
    SortedMap<Character, String> keywords = new TreeMap<>();
    List<ListedMessage> messages = new ArrayList<>();
    try {
      for (String[] fields : Lines.read(bytes, FORMAT, file)) {
        if (fields[0].equals("keyword")) {
          keywords.put(fields[1].charAt(0), PercentEncoding.decodeText(fields[2]));
        } else {
          messages.add(message(fields));
        }
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
      throw new DamagedFileException(file, "a line makes no sense", e);
    }
    return new Listing(keywords, messages);
  }

  private static ListedMessage message(String[] fields) {
    return new ListedMessage(
        fields[1],
        fields[2].equals(SAME) ? fields[1] : fields[2],
        fields[3].equals(Lines.NONE) ? Flags.NONE : new Flags(fields[3]),
        fields[4].equals(Lines.NONE) ? "" : fields[4],
        Long.parseLong(fields[5]),
        FileTime.parse(fields[6]),
        Long.parseLong(fields[7]),
        fields[8].equals(Lines.NONE)
            ? OptionalLong.empty()
            : OptionalLong.of(Long.parseLong(fields[8])));
  }

  private static String orNone(String letters) {
    return letters.isEmpty() ? Lines.NONE : letters;
  }
}
