package org.mailtimemachine.command.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Header values as they stand in a message: encoded words, parameters, folded lines. */
final class HeaderText {

  private static final int LONGEST_LINE = 76;
  private static final int ENCODED_BYTES = 42;
  private static final int LONGEST_PIECE = 44;

  private HeaderText() {}

  /** One whole header field with its LF, folded at spaces. */
  static String field(String name, String value) {
    StringBuilder out = new StringBuilder(name).append(':');
    int column = out.length();
    for (String word : value.split(" ", -1)) {
      if (column + 1 + word.length() > LONGEST_LINE && column > name.length() + 1) {
        out.append('\n');
        column = 0;
      }
      out.append(' ').append(word);
      column += 1 + word.length();
    }
    return out.append('\n').toString();
  }

  /** Text as it is, or as encoded words of RFC 2047 where it is not ASCII. */
  static String encoded(String text, Charset charset) {
    if (isAscii(text)) {
      return text;
    }
    Charset usable = charset.newEncoder().canEncode(text) ? charset : UTF_8;
    boolean mostlyAscii = text.chars().filter(c -> c < 0x80).count() * 3 > text.length() * 2L;
    StringBuilder out = new StringBuilder();
    StringBuilder chunk = new StringBuilder();
    for (int point : text.codePoints().toArray()) {
      String longer = chunk + Character.toString(point);
      int size = mostlyAscii ? q(longer, usable).length() * 4 / 5 : longer.getBytes(usable).length;
      if (size > ENCODED_BYTES) {
        out.append(word(chunk.toString(), usable, mostlyAscii)).append(' ');
        chunk.setLength(0);
      }
      chunk.appendCodePoint(point);
    }
    return out.append(word(chunk.toString(), usable, mostlyAscii)).toString();
  }

  /** A list of addresses, their names encoded. */
  static String people(List<Person> people, Charset charset) {
    return people.stream().map(p -> person(p, charset)).collect(Collectors.joining(", "));
  }

  /**
   * A parameter with a file name, as RFC 2231 where it is not ASCII, in pieces where it is long.
   */
  static String fileName(String parameter, String name) {
    if (isAscii(name)) {
      return "; " + parameter + "=\"" + name + '"';
    }
    String value = "UTF-8''" + percent(name);
    if (value.length() <= 60) {
      return "; " + parameter + "*=" + value;
    }
    StringBuilder out = new StringBuilder();
    StringBuilder piece = new StringBuilder("UTF-8''");
    int pieces = 0;
    for (int point : name.codePoints().toArray()) {
      if (piece.length() > LONGEST_PIECE) {
        out.append(piece(parameter, pieces++, piece.toString()));
        piece.setLength(0);
      }
      piece.append(percent(Character.toString(point)));
    }
    return out.append(piece(parameter, pieces, piece.toString())).toString();
  }

  private static String piece(String parameter, int number, String value) {
    return "; " + parameter + '*' + number + "*=" + value;
  }

  static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  private static String person(Person person, Charset charset) {
    if (person.name().isEmpty()) {
      return person.address();
    }
    String name = encoded(person.name(), charset);
    boolean atom =
        name.chars().allMatch(c -> Character.isLetterOrDigit(c) || " =?_-+/*".indexOf(c) >= 0);
    return (atom ? name : '"' + name + '"') + " <" + person.address() + '>';
  }

  private static String word(String chunk, Charset charset, boolean asQ) {
    String name = charset.name().toUpperCase(Locale.ROOT);
    return asQ
        ? "=?" + name + "?Q?" + q(chunk, charset) + "?="
        : "=?" + name + "?B?" + Base64.getEncoder().encodeToString(chunk.getBytes(charset)) + "?=";
  }

  private static String q(String chunk, Charset charset) {
    StringBuilder out = new StringBuilder();
    for (byte b : chunk.getBytes(charset)) {
      boolean plain = isAlphanumeric(b);
      out.append(
          plain
              ? String.valueOf((char) b)
              : b == ' ' ? "_" : String.format(Locale.ROOT, "=%02X", b & 0xff));
    }
    return out.toString();
  }

  private static String percent(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(UTF_8)) {
      boolean plain = isAlphanumeric(b) || "-._".indexOf(b) >= 0;
      out.append(plain ? String.valueOf((char) b) : String.format(Locale.ROOT, "%%%02X", b & 0xff));
    }
    return out.toString();
  }

  private static boolean isAlphanumeric(byte b) {
    return b > 0 && Character.isLetterOrDigit(b);
  }
}
