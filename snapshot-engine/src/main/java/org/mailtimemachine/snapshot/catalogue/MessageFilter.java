package org.mailtimemachine.snapshot.catalogue;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which messages are wanted, whatever Folder they are in. All that it says must hold.
 *
 * @param words each found in one of the fields at least, whatever its case and accents; empty for
 *     all. Any text, also what means something to a database
 * @param fields where words are looked for
 * @param marks how a message was marked that day; for all days, when it was last seen
 * @param since the earliest date
 * @param until before this date
 */
public record MessageFilter(
    List<String> words,
    Set<Field> fields,
    Set<Mark> marks,
    Optional<Instant> since,
    Optional<Instant> until) {

  /** Every message. */
  public static final MessageFilter ALL = words("");

  /** What the Catalogue has of a message's text. */
  public enum Field {
    SUBJECT,
    SENDER,
    /** To and Cc. */
    RECIPIENTS
  }

  /** What a message can be besides its text. */
  public enum Mark {
    UNREAD,
    FLAGGED,
    ANSWERED,
    ATTACHMENT
  }

  public MessageFilter {
    words = List.copyOf(words);
    fields = Set.copyOf(fields);
    marks = Set.copyOf(marks);
    if (!words.isEmpty() && fields.isEmpty()) {
      throw new IllegalArgumentException("words need a field to be looked for in");
    }
  }

  /** Messages that have the {@link SearchWords} of a text anywhere. */
  public static MessageFilter words(String text) {
    return new MessageFilter(
        SearchWords.of(text),
        EnumSet.allOf(Field.class),
        Set.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** Whether it lets every message through. */
  public boolean isAll() {
    return words.isEmpty() && marks.isEmpty() && since.isEmpty() && until.isEmpty();
  }
}
