package org.mailtimemachine.restore;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.posix.PercentEncoding;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.Lines;

/**
 * What a restore did, file by file.
 *
 * @param finished when its last message was added
 * @param entries one for each planned message, in the order of the plan
 * @param notes what else people should know, such as a Folder that was made
 */
public record Receipt(UUID id, Instant finished, List<Entry> entries, List<Note> notes) {

  private static final String FORMAT = "mail-time-machine-receipt 1";
  private static final String NOTE = "note";

  /** What became of a planned message. */
  public enum Outcome {
    /** It was put back. */
    ADDED,
    /** It had come back by itself meanwhile, or was moved. */
    THERE,
    /** It was not put back, and there is a reason. */
    REFUSED;

    /** Whether a line of the list of what is done begins with one. */
    static boolean isOne(String word) {
      return word.equals(ADDED.name()) || word.equals(THERE.name()) || word.equals(REFUSED.name());
    }
  }

  /** Why a planned message was not put back. */
  public enum Reason {
    /** It was there again when its turn came. */
    CAME_BACK,
    /** Its user deleted the Folder while messages were put back into it. */
    FOLDER_DELETED,
    /** What the Store has is not what it was: nobody shall get back what he never had. */
    DAMAGED,
    /** The Store cannot read it. */
    UNREADABLE,
    /** It has holes: a copy of them would fill the disk. */
    HOLES,
    /** The IMAP server does not take it; it is larger than it may be, for example. */
    NOT_TAKEN,
    /** Another one. */
    OTHER
  }

  /**
   * One planned message.
   *
   * @param folder its place in the plan, from 0
   * @param message its place in that Folder, from 0
   * @param text the file name that it got in {@code cur}, percent-encoded; or the name of the
   *     {@link Reason} why there is none, and behind a blank the day that has it whole
   */
  public record Entry(int folder, int message, Outcome outcome, String text) {

    static Entry refused(int folder, int message, Reason reason) {
      return new Entry(folder, message, Outcome.REFUSED, reason.name());
    }

    static Entry there(int folder, int message) {
      return new Entry(folder, message, Outcome.THERE, Reason.CAME_BACK.name());
    }

    Entry wholeOn(SnapshotName day) {
      return new Entry(folder, message, outcome, text + " " + day.text());
    }

    /** Why it was not put back; {@link Reason#OTHER} where a later version knows more. */
    public Optional<Reason> reason() {
      if (outcome == Outcome.ADDED) {
        return Optional.empty();
      }
      String word = text.split(" ", 2)[0];
      for (Reason each : Reason.values()) {
        if (each.name().equals(word)) {
          return Optional.of(each);
        }
      }
      return Optional.of(Reason.OTHER);
    }

    /** Another Snapshot that has the message whole, where this one has not. */
    public Optional<SnapshotName> otherDay() {
      String[] words = text.split(" ", 2);
      return outcome == Outcome.REFUSED && words.length > 1
          ? SnapshotName.parse(words[1])
          : Optional.empty();
    }
  }

  /**
   * What else people should know.
   *
   * @param what a keyword, for example; mostly empty
   */
  public record Note(Kind kind, FolderName folder, String what) {

    /** In a word. */
    public enum Kind {
      /** The Folder was missing, and was made. */
      FOLDER_MADE,
      /**
       * The Folder was made and is not subscribed: the IMAP server held the lock, or no line can.
       */
      NOT_SUBSCRIBED,
      /** A keyword of its messages has no letter in the Folder any more, and was left out. */
      NO_KEYWORD,
      /** The keywords of the live Folder could not be read. */
      KEYWORDS_UNREAD
    }

    String[] fields() {
      return new String[] {
        kind.name(), PercentEncoding.encodeText(folder.text()), PercentEncoding.encodeText(what)
      };
    }

    /** Reads such fields behind others; IllegalArgumentException and so on where it is none. */
    static Note parse(String[] fields, int from) {
      return new Note(
          Kind.valueOf(fields[from]),
          new FolderName(PercentEncoding.decodeText(fields[from + 1])),
          PercentEncoding.decodeText(fields[from + 2]));
    }
  }

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
    for (Note note : notes) {
      String[] fields = note.fields();
      lines.add(NOTE, fields[0], fields[1], fields[2]);
    }
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
      List<Note> notes = new ArrayList<>();
      for (String[] fields : lines.subList(2, lines.size())) {
        if (fields[0].equals(NOTE)) {
          notes.add(Note.parse(fields, 1));
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

  /**
   * Bytes of what was put back.
   *
   * @param plan its own
   */
  public long bytesAdded(RestorePlan plan) {
    return entries.stream()
        .filter(entry -> entry.outcome() == Outcome.ADDED)
        .mapToLong(
            entry -> plan.folders().get(entry.folder()).messages().get(entry.message()).size())
        .sum();
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
