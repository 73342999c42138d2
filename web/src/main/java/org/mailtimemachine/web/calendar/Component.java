package org.mailtimemachine.web.calendar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What stands between a BEGIN and its END.
 *
 * @param name upper case, for example {@code VEVENT}
 */
record Component(String name, List<ContentLine> lines, List<Component> components) {

  private static final int DEEPEST = 10;

  /** The whole text as one component without a name. What is not closed ends with the text. */
  static Component of(String text) {
    Component root = new Component("", new ArrayList<>(), new ArrayList<>());
    Deque<Component> open = new ArrayDeque<>(List.of(root));
    for (ContentLine line : ContentLine.of(text)) {
      String value = line.value().strip().toUpperCase(Locale.ROOT);
      if (line.is("BEGIN") && open.size() < DEEPEST) {
        Component begun = new Component(value, new ArrayList<>(), new ArrayList<>());
        open.getLast().components.add(begun);
        open.addLast(begun);
      } else if (line.is("END")) {
        if (open.size() > 1 && open.getLast().name.equals(value)) {
          open.removeLast();
        }
      } else {
        open.getLast().lines.add(line);
      }
    }
    return root;
  }

  List<Component> named(String wanted) {
    return components.stream().filter(component -> component.name.equals(wanted)).toList();
  }

  Optional<ContentLine> first(String wanted) {
    return lines.stream().filter(line -> line.is(wanted)).findFirst();
  }

  List<ContentLine> all(String wanted) {
    return lines.stream().filter(line -> line.is(wanted)).toList();
  }

  /** The text of a property; empty where there is none. */
  String text(String wanted) {
    return first(wanted).map(ContentLine::text).orElse("");
  }
}
