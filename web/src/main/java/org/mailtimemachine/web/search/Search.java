package org.mailtimemachine.web.search;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mime.SearchField;
import org.mailtimemachine.snapshot.catalogue.MessageFilter;
import org.mailtimemachine.snapshot.catalogue.SearchWords;

/**
 * What is searched for, as an address says it: {@code q}, {@code in}, {@code only}, {@code since},
 * {@code until} and {@code scope}. What makes no sense there is left out.
 *
 * @param text as it was typed ({@link SearchWords}); empty for all messages
 * @param fields where its words are looked for; never empty
 * @param marks what messages must be
 * @param since the first day of their dates, in the user's zone
 * @param until the last one
 */
public record Search(
    String text,
    Set<SearchField> fields,
    Set<MessageFilter.Mark> marks,
    Optional<LocalDate> since,
    Optional<LocalDate> until,
    Scope scope) {

  /** Where words are looked for if nobody says otherwise: what a list shows. */
  public static final Set<SearchField> USUAL =
      Set.of(SearchField.SUBJECT, SearchField.SENDER, SearchField.RECIPIENTS);

  /** Nothing is searched for: all messages of the Folder. */
  public static final Search NONE = of(Map.of());

  public Search {
    fields = fields.isEmpty() ? USUAL : Set.copyOf(fields);
    marks = Set.copyOf(marks);
  }

  /** Reads the parameters of an address. */
  public static Search of(Map<String, String> parameters) {
    return new Search(
        text(parameters.get("q")),
        words(SearchField.class, parameters.get("in")),
        words(MessageFilter.Mark.class, parameters.get("only")),
        date(parameters.get("since")),
        date(parameters.get("until")),
        words(Scope.class, parameters.get("scope")).stream().findFirst().orElse(Scope.FOLDER));
  }

  /** The parameters that say it again; what is as usual is left out. */
  public Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (!text.isEmpty()) {
      parameters.put("q", text);
    }
    if (!fields.equals(USUAL)) {
      parameters.put("in", words(fields));
    }
    if (!marks.isEmpty()) {
      parameters.put("only", words(marks));
    }
    since.ifPresent(date -> parameters.put("since", date.toString()));
    until.ifPresent(date -> parameters.put("until", date.toString()));
    if (scope != Scope.FOLDER) {
      parameters.put("scope", word(scope));
    }
    return parameters;
  }

  /** The word for a choice in an address and in a form. */
  public static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  /** Whether not every message of one Folder is meant. */
  public boolean active() {
    return scope.wide()
        || !text.isEmpty()
        || !marks.isEmpty()
        || since.isPresent()
        || until.isPresent();
  }

  /** Whether the messages themselves must be read for it. */
  public boolean inBodies() {
    return !words().isEmpty()
        && (fields.contains(SearchField.BODY) || fields.contains(SearchField.ENTIRE));
  }

  /** Whether "all that was found" can be asked for again, Folder by Folder, by the Catalogue. */
  public boolean selectable() {
    return !inBodies() && scope != Scope.DAYS;
  }

  /** Its words. */
  public List<String> words() {
    return SearchWords.of(text);
  }

  /**
   * As much of it as the Catalogue can answer: without words where messages must be read.
   *
   * @param zone of the user, whose days the dates are
   */
  public MessageFilter filter(ZoneId zone) {
    return new MessageFilter(
        inBodies() ? List.of() : words(),
        fields.stream().flatMap(field -> catalogued(field).stream()).collect(Collectors.toSet()),
        marks,
        since.map(date -> date.atStartOfDay(zone).toInstant()),
        until.map(date -> date.plusDays(1).atStartOfDay(zone).toInstant()));
  }

  private static Optional<MessageFilter.Field> catalogued(SearchField field) {
    return switch (field) {
      case SUBJECT -> Optional.of(MessageFilter.Field.SUBJECT);
      case SENDER -> Optional.of(MessageFilter.Field.SENDER);
      case RECIPIENTS -> Optional.of(MessageFilter.Field.RECIPIENTS);
      case BODY, ENTIRE -> Optional.empty();
    };
  }

  private static String text(@Nullable String text) {
    String stripped = text == null ? "" : text.replaceAll("\\p{Cntrl}", " ").strip();
    if (stripped.length() <= SearchWords.LONGEST) {
      return stripped;
    }
    boolean inPair = Character.isHighSurrogate(stripped.charAt(SearchWords.LONGEST - 1));
    return stripped.substring(0, inPair ? SearchWords.LONGEST - 1 : SearchWords.LONGEST);
  }

  private static <E extends Enum<E>> Set<E> words(Class<E> type, @Nullable String text) {
    Set<E> chosen = EnumSet.noneOf(type);
    if (text != null) {
      List<String> words = Arrays.asList(text.split(",", 20));
      EnumSet.allOf(type).stream()
          .filter(choice -> words.contains(word(choice)))
          .forEach(chosen::add);
    }
    return chosen;
  }

  private static String words(Set<? extends Enum<?>> chosen) {
    return chosen.stream().sorted().map(Search::word).collect(Collectors.joining(","));
  }

  private static Optional<LocalDate> date(@Nullable String text) {
    try {
      return text == null || !text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")
          ? Optional.empty()
          : Optional.of(LocalDate.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
