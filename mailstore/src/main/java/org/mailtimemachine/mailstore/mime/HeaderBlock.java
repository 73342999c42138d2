package org.mailtimemachine.mailstore.mime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The header of a message or of a part, read up to the empty line with limits that Jakarta Mail's
 * {@code InternetHeaders} does not have. Lines end in CR LF, LF or CR, as in its streams. A line
 * without a colon is passed over, as there; but where it is the first one, or no empty line
 * follows, the text begins with it.
 *
 * @param fields in order, each byte one character of ISO 8859-1
 */
record HeaderBlock(List<Field> fields) {

  static final HeaderBlock NONE = new HeaderBlock(List.of());
  private static final int MOST_FIELDS = 2_000;
  private static final int MOST_BYTES = 1024 * 1024;
  private static final int LONGEST_FIELD = 64 * 1024;

  /**
   * One field.
   *
   * @param value behind the colon, with its folds
   */
  record Field(String name, String value) {}

  /** Reads the header and leaves the stream at the first byte of the body. */
  static HeaderBlock read(MessageStream in, Set<MessageNote> notes) throws IOException {
    Collector collector = new Collector(notes);
    Lines lines = new Lines(in);
    long stray = -1; // where the first line begins that is no field
    try {
      for (long start = in.getPosition(); lines.next(); start = in.getPosition()) {
        String line = lines.text();
        if (collector.empty() && line.indexOf(':') < 0 && stray(line)) {
          in.backTo(start);
          return NONE;
        }
        if (stray < 0 && stray(line)) {
          stray = start;
        }
        collector.add(line, lines.cut());
      }
      if (stray >= 0 && in.remaining() == 0 && !lines.endedEmpty()) {
        // the empty line was forgotten
        in.backTo(stray);
      }
    } catch (Reading.TooMuchStructure e) {
      // the line that goes on and on is the last one, and there is no body
      collector.add(lines.text(), true);
      in.skip(in.remaining());
    }
    return collector.block();
  }

  /** Neither a field, nor the rest of one, nor the first line of an mbox. */
  private static boolean stray(String line) {
    return !namesField(line)
        && !line.startsWith(" ")
        && !line.startsWith("\t")
        && !line.startsWith("From ")
        && !line.startsWith(">From ");
  }

  /** By names as programs choose them: the standard would allow nearly everything. */
  private static boolean namesField(String line) {
    int end = 0;
    while (end < line.length()
        && (Character.isLetterOrDigit(line.charAt(end)) || "-_. ".indexOf(line.charAt(end)) >= 0)) {
      end++;
    }
    return end > 0 && end < line.length() && line.charAt(end) == ':';
  }

  /** The first field of this name. */
  Optional<String> first(String name) {
    for (Field field : fields) {
      if (field.name.equalsIgnoreCase(name)) {
        return Optional.of(field.value);
      }
    }
    return Optional.empty();
  }

  /** Puts folded lines together and stops keeping them at the limits. */
  private static final class Collector {

    private final Set<MessageNote> notes;
    private final List<Field> fields = new ArrayList<>();
    private final StringBuilder field = new StringBuilder();
    private long bytes;

    Collector(Set<MessageNote> notes) {
      this.notes = notes;
    }

    void add(String line, boolean cut) {
      bytes += line.length();
      boolean fold = line.startsWith(" ") || line.startsWith("\t");
      boolean full = fold && field.length() + line.length() > LONGEST_FIELD;
      if (cut || full || bytes > MOST_BYTES) {
        notes.add(MessageNote.HEADERS_CUT);
      }
      if (full || bytes > MOST_BYTES) {
        return;
      }
      if (fold) {
        field.append("\r\n").append(line);
      } else {
        endField();
        field.append(line);
      }
    }

    boolean empty() {
      return bytes == 0;
    }

    HeaderBlock block() {
      endField();
      return new HeaderBlock(List.copyOf(fields));
    }

    private void endField() {
      int colon = field.indexOf(":");
      String name = field.substring(0, Math.max(0, colon)).strip();
      if (!name.isEmpty() && printable(name)) {
        if (fields.size() < MOST_FIELDS) {
          fields.add(new Field(name, field.substring(colon + 1).strip()));
        } else {
          notes.add(MessageNote.HEADERS_CUT);
        }
      }
      field.setLength(0);
    }

    private static boolean printable(String name) {
      for (int i = 0; i < name.length(); i++) {
        if (name.charAt(i) <= ' ' || name.charAt(i) >= 0x7f) {
          return false;
        }
      }
      return true;
    }
  }

  /** The lines up to the empty one. */
  private static final class Lines {

    private final MessageStream in;
    private byte[] line = new byte[256];
    private int length;
    private boolean cut;
    private boolean endedEmpty;

    Lines(MessageStream in) {
      this.in = in;
    }

    /** Whether there is one more line that is not empty. */
    boolean next() throws IOException {
      length = 0;
      cut = false;
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (c == '\n') {
          return more();
        }
        if (c == '\r') {
          skipLineFeed();
          return more();
        }
        append(c);
      }
      return length > 0;
    }

    private boolean more() {
      endedEmpty = length == 0;
      return length > 0;
    }

    /** Whether an empty line ended them, and not the end of everything. */
    boolean endedEmpty() {
      return endedEmpty;
    }

    String text() {
      return new String(line, 0, length, StandardCharsets.ISO_8859_1);
    }

    boolean cut() {
      return cut;
    }

    private void append(int c) {
      if (length == LONGEST_FIELD) {
        cut = true;
        return;
      }
      if (length == line.length) {
        line = Arrays.copyOf(line, length * 2);
      }
      line[length++] = (byte) c;
    }

    /** CR LF, the CR CR LF of some old gateways, or CR alone. */
    private void skipLineFeed() throws IOException {
      in.mark(2);
      int next = in.read();
      if (next == '\r') {
        next = in.read();
      }
      if (next != '\n') {
        in.reset();
      }
    }
  }
}
