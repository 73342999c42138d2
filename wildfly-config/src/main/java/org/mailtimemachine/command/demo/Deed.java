package org.mailtimemachine.command.demo;

import java.util.Locale;
import java.util.Optional;

/**
 * What a reader does with a message: {@code file Projects/Alpha @ -8 10:00}.
 *
 * @param kind what
 * @param argument the Folder of {@code FILE}, the keyword of {@code LABEL}, empty for the others
 * @param when not given: some time after the message was read
 */
record Deed(Kind kind, String argument, Optional<Moment> when) {

  enum Kind {
    /** Leaves it unread; every other message is read soon after it came. */
    UNREAD,
    READ,
    FLAG,
    UNFLAG,
    LABEL,
    FORWARDED,
    FILE,
    COPY,
    TRASH,
    EXPUNGE
  }

  static Deed of(String text) {
    String[] halves = text.split("@", 2);
    Optional<Moment> when =
        halves.length == 2 ? Optional.of(Moment.of(halves[1])) : Optional.empty();
    String[] words = halves[0].strip().split(" ", 2);
    String argument = words.length == 2 ? words[1].strip() : "";
    return new Deed(Kind.valueOf(words[0].toUpperCase(Locale.ROOT)), argument, when);
  }
}
