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
 * {@code InternetHeaders} does not have. Lines end in CR LF, LF or CR, as in its streams; a line
 * without a colon is passed over, as there.
 *
 * @param fields in order, each byte one character of ISO 8859-1
 */
record HeaderBlock(List<Field> fields) {

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
    Lines lines = new Lines(in);
    List<Field> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    long kept = 0;
    while (lines.next()) {
      String line = lines.text();
      if (lines.cut() || fields.size() >= MOST_FIELDS || kept > MOST_BYTES) {
        notes.add(MessageNote.HEADERS_CUT);
      }
      if (fields.size() >= MOST_FIELDS || kept > MOST_BYTES) {
        continue;
      }
      boolean continues = line.charAt(0) == ' ' || line.charAt(0) == '\t';
      if (!continues) {
        add(fields, field);
        field.setLength(0);
        field.append(line);
      } else if (field.length() + line.length() < LONGEST_FIELD) {
        field.append("\r\n").append(line);
      } else {
        notes.add(MessageNote.HEADERS_CUT);
      }
      kept += line.length();
    }
    add(fields, field);
    return new HeaderBlock(List.copyOf(fields));
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

  private static void add(List<Field> fields, StringBuilder line) {
    int colon = line.indexOf(":");
    if (colon > 0) {
      String name = line.substring(0, colon).strip();
      if (!name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        fields.add(new Field(name, line.substring(colon + 1).strip()));
      }
    }
  }

  /** The lines up to the empty one. */
  private static final class Lines {

    private final MessageStream in;
    private byte[] line = new byte[256];
    private int length;
    private boolean cut;

    Lines(MessageStream in) {
      this.in = in;
    }

    /** Whether there is one more line that is not empty. */
    boolean next() throws IOException {
      length = 0;
      cut = false;
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (c == '\n') {
          return length > 0;
        }
        if (c == '\r') {
          skipLineFeed();
          return length > 0;
        }
        append(c);
      }
      return length > 0;
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
