package org.mailtimemachine.restore;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.mailtimemachine.mailstore.posix.PercentEncoding;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.Lines;

/**
 * What a restore did, file by file.
 *
 * @param finished when its last message was added
 * @param entries one for each planned message, in the order of the plan
 * @param notes what else an administrator should know, such as a Folder that was made
 */
public record Receipt(UUID id, Instant finished, List<Entry> entries, List<String> notes) {

  private static final String FORMAT = "mail-time-machine-receipt 1";

  /** What became of a planned message. */
  public enum Outcome {
    /** It was put back. */
    ADDED,
    /** It had come back by itself meanwhile, or was moved. */
    THERE,
    /** It was not put back, and the text says why. */
    REFUSED
  }

  /**
   * One planned message.
   *
   * @param folder its place in the plan, from 0
   * @param message its place in that Folder, from 0
   * @param text the file name that it got in {@code cur}, percent-encoded; or why there is none
   */
  public record Entry(int folder, int message, Outcome outcome, String text) {}

  public Receipt {
    entries = List.copyOf(entries);
    notes = List.copyOf(notes);
  }

  /** Messages with this outcome. */
  public long count(Outcome outcome) {
    return entries.stream().filter(entry -> entry.outcome() == outcome).count();
  }

  byte[] toBytes() {
    Lines lines = Lines.begin(FORMAT).add("restore", id).add("finished", finished);
    notes.forEach(note -> lines.add("note", PercentEncoding.encodeText(note)));
    entries.forEach(entry -> lines.add((Object[]) fields(entry)));
    return lines.end();
  }

  /**
   * Reads the text of the file.
   *
   * @param file what to call it in an error
   */
  static Receipt parse(byte[] bytes, String file) throws DamagedFileException {
    List<String[]> lines = Lines.read(bytes, FORMAT, file);
    try {
      List<Entry> entries = new ArrayList<>();
      List<String> notes = new ArrayList<>();
      for (String[] fields : lines.subList(2, lines.size())) {
        if (fields[0].equals("note")) {
          notes.add(PercentEncoding.decodeText(fields[1]));
        } else {
          entries.add(entry(fields));
        }
      }
      return new Receipt(
          UUID.fromString(lines.get(0)[1]), Instant.parse(lines.get(1)[1]), entries, notes);
    } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
      throw new DamagedFileException(file, "a line makes no sense", e);
    }
  }

  /** An entry as a line has it. */
  static String[] fields(Entry entry) {
    return new String[] {
      entry.outcome().name(),
      Integer.toString(entry.folder()),
      Integer.toString(entry.message()),
      PercentEncoding.encodeText(entry.text())
    };
  }

  /** Reads such a line; IllegalArgumentException or IndexOutOfBoundsException where it is none. */
  static Entry entry(String[] fields) {
    return new Entry(
        Integer.parseInt(fields[1]),
        Integer.parseInt(fields[2]),
        Outcome.valueOf(fields[0]),
        PercentEncoding.decodeText(fields[3]));
  }
}
