package org.mailtimemachine.web.mailbox;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What somebody chose of the {@link Preference}s. Their usual values are no choice, and not in it.
 *
 * @param values allowed ones only
 */
record Choices(Map<Preference, String> values) {

  static final Choices NONE = new Choices(Map.of());

  Choices {
    values = Map.copyOf(values);
  }

  /** Reads what {@link #text} wrote, now or in another version; what is not known is left out. */
  static Choices parse(String text) {
    Map<String, String> words =
        Arrays.stream(text.split(" "))
            .map(word -> word.split("=", 2))
            .filter(pair -> pair.length == 2)
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, again) -> first));
    return NONE.with(words);
  }

  /** As {@code language=it theme=dark}: some 300 characters at most. */
  String text() {
    return values.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(choice -> choice.getKey().word() + "=" + choice.getValue())
        .collect(Collectors.joining(" "));
  }

  /** With other choices by their words; what is no preference or not allowed changes nothing. */
  Choices with(Map<String, String> words) {
    Map<Preference, String> after = new EnumMap<>(Preference.class);
    after.putAll(values);
    words.forEach(
        (word, value) ->
            Preference.named(word)
                .filter(preference -> preference.allows(value))
                .ifPresent(preference -> choose(after, preference, value)));
    return new Choices(after);
  }

  private static void choose(Map<Preference, String> after, Preference preference, String value) {
    if (value.equals(preference.usual())) {
      after.remove(preference);
    } else {
      after.put(preference, value);
    }
  }

  /** What holds: the choice, or what is usual. */
  String get(Preference preference) {
    return chosen(preference).orElse(preference.usual());
  }

  Optional<String> chosen(Preference preference) {
    return Optional.ofNullable(values.get(preference));
  }
}
