package org.mailtimemachine.snapshot.manifest;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  private static final int TYPICAL_LINE = 100;

  public Listing {
    messages = List.copyOf(messages);
  }

  /** The text of the file. */
  public byte[] toBytes() {
    return toText().bytes();
  }

  /** The text of the file, and its SHA-256, which names it. */
  public Lines.Text toText() {
    Lines lines = Lines.begin(FORMAT);
    keywords.forEach(
        (letter, name) -> lines.add("keyword", letter, PercentEncoding.encodeText(name)));
    StringBuilder text = lines.text();
    text.ensureCapacity(messages.size() * TYPICAL_LINE + 200);
    for (ListedMessage message : messages) {
      text.append("message\t").append(message.baseName()).append('\t');
      text.append(message.poolName().equals(message.baseName()) ? SAME : message.poolName());
      text.append('\t').append(orNone(message.flags().letters()));
      text.append('\t').append(orNone(message.keywords()));
      text.append('\t').append(message.size()).append('\t');
      FileTime.append(text, message.internalDate());
      text.append('\t').append(message.inode()).append('\t');
      if (message.uid().isPresent()) {
        text.append(message.uid().getAsLong());
      } else {
        text.append(Lines.NONE);
      }
      text.append('\n');
    }
    return lines.endWithDigest();
  }

  /**
   * Reads the text of the file.
   *
   * @param file what to call it in an error
   */
  public static Listing parse(byte[] bytes, String file) throws DamagedFileException {
    return parse(bytes, Lines.verify(bytes, FORMAT, file), file);
  }

  /**
   * Reads the text of the file, and verifies that it is the one that was asked for.
   *
   * @param digest the name of the Listing
   * @param file what to call it in an error
   */
  public static Listing parse(byte[] bytes, String digest, String file)
      throws DamagedFileException {
    Lines.Frame frame = Lines.verify(bytes, FORMAT, file);
    if (!frame.sha256().equals(digest)) {
      throw new DamagedFileException(file, "its content is another's");
    }
    return parse(bytes, frame, file);
  }

  private static Listing parse(byte[] bytes, Lines.Frame frame, String file)
      throws DamagedFileException {
    SortedMap<Character, String> keywords = new TreeMap<>();
    List<ListedMessage> messages = new ArrayList<>(bytes.length / TYPICAL_LINE + 1);
    Map<String, Flags> flags = new HashMap<>(Map.of(Lines.NONE, Flags.NONE));
    try {
      Fields fields = new Fields(bytes, FORMAT.length() + 1, frame.lastLine());
      while (fields.nextLine()) {
        if (fields.next().equals("keyword")) {
          keywords.put(fields.next().charAt(0), PercentEncoding.decodeText(fields.next()));
        } else {
          messages.add(message(fields, flags));
        }
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
      throw new DamagedFileException(file, "a line makes no sense", e);
    }
    return new Listing(keywords, messages);
  }

  private static ListedMessage message(Fields fields, Map<String, Flags> flags) {
    String baseName = fields.next();
    String poolName = fields.next();
    Flags some = flags.computeIfAbsent(fields.next(), Flags::new);
    String keywords = fields.next();
    return new ListedMessage(
        baseName,
        poolName.equals(SAME) ? baseName : poolName,
        some,
        keywords.equals(Lines.NONE) ? "" : keywords,
        Long.parseLong(fields.next()),
        FileTime.parse(fields.next()),
        Long.parseLong(fields.next()),
        uid(fields.next()));
  }

  private static OptionalLong uid(String text) {
    return text.equals(Lines.NONE) ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
  }

  /** Walks over the fields of lines, of which a Listing can have millions. */
  private static final class Fields {
    private final byte[] bytes;
    private final int end;
    private int at;
    private int lineEnd;

    Fields(byte[] bytes, int start, int end) {
      this.bytes = bytes;
      this.end = end;
      this.lineEnd = start - 1;
    }

    boolean nextLine() {
      at = lineEnd + 1;
      for (lineEnd = at; lineEnd < end && bytes[lineEnd] != '\n'; ) {
        lineEnd++;
      }
      return at < end;
    }

    /** The next field of the line; IndexOutOfBoundsException where it has no more. */
    String next() {
      int start = at;
      Objects.checkFromToIndex(start, lineEnd, lineEnd);
      while (at < lineEnd && bytes[at] != '\t') {
        at++;
      }
      String field = new String(bytes, start, at - start, StandardCharsets.ISO_8859_1);
      at++; // behind the tab, or behind the line
      return field;
    }
  }

  private static String orNone(String letters) {
    return letters.isEmpty() ? Lines.NONE : letters;
  }
}
