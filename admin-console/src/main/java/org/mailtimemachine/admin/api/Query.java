package org.mailtimemachine.admin.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what a program asks for behind an address. What makes no sense is told by its name. */
final class Query {

  /** As long as an address can be. */
  private static final int LONGEST_TEXT = 320;

  private Query() {}

  /** A text to look for; empty where there is none. */
  static String text(String name, @Nullable String text) {
    if (text == null) {
      return "";
    }
    String wanted = text.strip();
    if (wanted.length() > LONGEST_TEXT) {
      throw ProblemException.ofField(
          name, name + " is too long.", "Send at most " + LONGEST_TEXT + " characters.");
    }
    if (wanted.chars().anyMatch(Character::isISOControl)) {
      throw ProblemException.ofField(
          name, name + " has characters that no text has.", "Leave control characters out.");
    }
    return wanted;
  }

  /** A number; what is usual where there is none. */
  static long number(String name, @Nullable String text, long least, long most, long usual) {
    if (text == null) {
      return usual;
    }
    if (text.matches("[0-9]{1,18}")) {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw ProblemException.ofField(
        name,
        name + " is no number that it may be.",
        "Send a number from %d to %d.".formatted(least, most));
  }

  /** An instant; empty where there is none. */
  static Optional<Instant> instant(String name, @Nullable String text) {
    try {
      return Optional.ofNullable(text).map(Instant::parse);
    } catch (DateTimeException e) {
      throw ProblemException.ofField(
          name, name + " is no instant.", "Send one as 2026-11-01T00:00:00Z.");
    }
  }

  /** One of some words, in small letters; what is usual where there is none. */
  static <E extends Enum<E>> Optional<E> word(String name, Class<E> words, @Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    return Optional.of(
        Arrays.stream(words.getEnumConstants())
            .filter(each -> word(each).equals(text))
            .findFirst()
            .orElseThrow(
                () ->
                    ProblemException.ofField(
                        name,
                        name + " is none of its words.",
                        "Send one of "
                            + Arrays.stream(words.getEnumConstants())
                                .map(Query::word)
                                .collect(Collectors.joining(", "))
                            + ".")));
  }

  /** As it stands in answers. */
  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
