package org.mailtimemachine.snapshot.mailboxes;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Text with Dovecot's variables: {@code %u} the address, {@code %n} what stands before its @,
 * {@code %d} the domain, each with an {@code L} in between for lower case ({@code %Ld}), {@code %h}
 * the home, and {@code %%} a percent sign.
 *
 * @see <a href="https://doc.dovecot.org/2.3/configuration_manual/config_file/config_variables/">
 *     Dovecot: variables</a>
 */
record PathTemplate(List<Piece> pieces) {

  /** A part of it. */
  sealed interface Piece {

    /** What stands there as it is. */
    record Text(String text) implements Piece {}

    /** What stands for a value. */
    record Variable(String name, boolean lowerCase) implements Piece {

      /** As Dovecot puts it there. */
      String of(String value) {
        return lowerCase ? value.toLowerCase(Locale.ROOT) : value;
      }

      @Override
      public String toString() {
        return (lowerCase ? "%L" : "%") + name;
      }
    }
  }

  PathTemplate {
    pieces = List.copyOf(pieces);
  }

  /**
   * Reads one.
   *
   * @param known the letters of the variables that may be used, as {@code und}
   * @throws IllegalArgumentException where there is another one
   */
  static PathTemplate of(String template, String known) {
    List<Piece> pieces = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < template.length(); i++) {
      if (template.charAt(i) != '%') {
        text.append(template.charAt(i));
        continue;
      }
      boolean lowerCase = template.startsWith("%L", i);
      int at = i + (lowerCase ? 2 : 1);
      String name = at < template.length() ? template.substring(at, at + 1) : "";
      if (name.equals("%") && !lowerCase) {
        text.append('%');
      } else if (name.isEmpty() || !known.contains(name)) {
        throw new IllegalArgumentException(
            "'%s' has a variable that is not known: %s; known are %s, and %%L before a letter for lower case"
                .formatted(
                    template,
                    template.substring(i, Math.min(at + 1, template.length())),
                    known.chars().mapToObj(c -> "%" + (char) c).collect(Collectors.joining(" "))));
      } else {
        if (!text.isEmpty()) {
          pieces.add(new Piece.Text(text.toString()));
          text.setLength(0);
        }
        pieces.add(new Piece.Variable(name, lowerCase));
      }
      i = at;
    }
    if (!text.isEmpty()) {
      pieces.add(new Piece.Text(text.toString()));
    }
    return new PathTemplate(pieces);
  }

  /** Whether a variable of that name is in it. */
  boolean uses(String name) {
    return pieces.stream()
        .anyMatch(piece -> piece instanceof Piece.Variable v && v.name().equals(name));
  }

  /** Whether there is no variable in it. */
  boolean fixed() {
    return pieces.stream().noneMatch(Piece.Variable.class::isInstance);
  }

  /** As it is written in the settings. */
  @Override
  public String toString() {
    return pieces.stream()
        .map(
            piece ->
                switch (piece) {
                  case Piece.Text(String fixed) -> fixed.replace("%", "%%");
                  case Piece.Variable variable -> variable.toString();
                })
        .collect(Collectors.joining());
  }

  /** The text with its values in their places. */
  String with(UnaryOperator<String> values) {
    StringBuilder text = new StringBuilder();
    for (Piece piece : pieces) {
      text.append(
          switch (piece) {
            case Piece.Text(String fixed) -> fixed;
            case Piece.Variable variable -> variable.of(values.apply(variable.name()));
          });
    }
    return text.toString();
  }
}
