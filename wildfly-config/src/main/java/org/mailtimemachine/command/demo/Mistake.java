package org.mailtimemachine.command.demo;

import java.util.Locale;
import java.util.Optional;

/**
 * Something that went wrong in the story.
 *
 * @param at when
 * @param user the local part of the Mailbox it happened to
 * @param kind what
 * @param target the Folder, or the id of the message
 * @param remedy what a visitor of the demo should try because of it; empty for the others
 */
record Mistake(Moment at, String user, Kind kind, String target, Optional<String> remedy) {

  enum Kind {
    /** The Folder and all below it vanish, with what they hold. */
    DELETE_FOLDER,
    /** Every message of the Folder is removed; the Folder stays. */
    EMPTY,
    /** One message is removed for good, wherever it is. */
    EXPUNGE
  }

  /** Reads {@code -7 16:20 | anna | delete-folder | Projects/Alpha | what to try}. */
  static Mistake of(String line) {
    String[] fields = line.split("\\|", -1);
    String kind = fields[2].strip().toUpperCase(Locale.ROOT).replace('-', '_');
    return new Mistake(
        Moment.of(fields[0]),
        fields[1].strip(),
        Kind.valueOf(kind),
        fields[3].strip(),
        fields.length > 4 ? Optional.of(fields[4].strip()) : Optional.empty());
  }
}
