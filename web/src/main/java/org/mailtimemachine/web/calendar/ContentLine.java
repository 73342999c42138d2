package org.mailtimemachine.web.calendar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mailtimemachine.mailstore.mime.UnseenText;

/**
 * One line of an iCalendar text, unfolded (RFC 5545, 3.1).
 *
 * @param name upper case
 * @param parameters their names in upper case, their values without quotes
 * @param value as it stands, escapes included
 */
record ContentLine(String name, Map<String, String> parameters, String value) {

  private static final int MOST_LINES = 20_000;
  private static final int LONGEST_LINE = 16 * 1024;
  private static final int MOST_PARAMETERS = 50;

  /** The lines of a text that are any; of more and of longer ones than an invitation has, none. */
  static List<ContentLine> of(String text) {
    List<ContentLine> lines = new ArrayList<>();
    StringBuilder open = new StringBuilder();
    for (String line : (Iterable<String>) text.lines().limit(MOST_LINES)::iterator) {
      boolean fold = line.startsWith(" ") || line.startsWith("\t");
      if (!fold) {
        parse(open).ifPresent(lines::add);
        open.setLength(0);
      }
      if (open.length() + line.length() <= LONGEST_LINE) {
        open.append(line, fold ? 1 : 0, line.length());
      }
    }
    parse(open).ifPresent(lines::add);
    return lines;
  }

  boolean is(String wanted) {
    return name.equals(wanted);
  }

  /** A parameter of this upper case name; empty text where there is none. */
  String parameter(String wanted) {
    return parameters.getOrDefault(wanted, "");
  }

  /** The value as text: escapes undone (RFC 5545, 3.3.11), controls gone except line ends. */
  String text() {
    StringBuilder text = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' && i + 1 < value.length()) {
        i++;
        char escaped = value.charAt(i);
        text.append(escaped == 'n' || escaped == 'N' ? '\n' : escaped);
      } else {
        text.append(c);
      }
    }
    return clean(text.toString());
  }

  /** Without what reorders the text around it, and without controls. */
  static String clean(String text) {
    return UnseenText.removedFrom(text).strip();
  }

  private static Optional<ContentLine> parse(CharSequence line) {
    int end = nameEnd(line, 0);
    if (end == 0 || end == line.length()) {
      return Optional.empty();
    }
    String name = upper(line.subSequence(0, end));
    Map<String, String> parameters = new HashMap<>();
    int at = end;
    while (at < line.length() && line.charAt(at) == ';') {
      int equals = nameEnd(line, at + 1);
      int next = valueEnd(line, equals);
      if (equals < line.length()
          && line.charAt(equals) == '='
          && parameters.size() < MOST_PARAMETERS) {
        String value = line.subSequence(equals + 1, next).toString().replace("\"", "");
        parameters.putIfAbsent(upper(line.subSequence(at + 1, equals)), clean(value));
      }
      at = next;
    }
    return at < line.length() && line.charAt(at) == ':'
        ? Optional.of(
            new ContentLine(
                name, Map.copyOf(parameters), line.subSequence(at + 1, line.length()).toString()))
        : Optional.empty();
  }

  private static int nameEnd(CharSequence line, int from) {
    int end = from;
    while (end < line.length() && ":;=".indexOf(line.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  /** Where a parameter ends: at a colon or semicolon outside of quotes. */
  private static int valueEnd(CharSequence line, int from) {
    boolean quoted = false;
    int end = from;
    while (end < line.length() && (quoted || ":;".indexOf(line.charAt(end)) < 0)) {
      quoted ^= line.charAt(end) == '"';
      end++;
    }
    return end;
  }

  private static String upper(CharSequence text) {
    return text.toString().strip().toUpperCase(Locale.ROOT);
  }
}
