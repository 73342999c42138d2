package org.mailtimemachine.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What HTML in mail tries: one vector of {@code hostile-html.txt}, which explains how it is
 * written.
 *
 * @param rootCause why such a thing ever worked somewhere
 * @param charset what the message says of its encoding
 * @param text with what it does filled in; where it names a charset, each character is one byte
 */
record HostileHtml(String name, String rootCause, String charset, String text) {

  private static final String USUAL_CHARSET = "utf-8";
  private static final String CHARSET = "charset: ";

  private static final Pattern CODE = Pattern.compile("\\{\\{x([0-9a-f]+)}}");
  private static final Pattern REPEATED = Pattern.compile("\\{\\{(\\d+)\\*(.*?)}}");

  /** All of them, in the order of the file. */
  static List<HostileHtml> all() {
    List<HostileHtml> vectors = new ArrayList<>();
    String rootCause = "";
    for (String section : resource("hostile-html.txt").split("\n(?====|---)", -1)) {
      String heading = section.lines().findFirst().orElseThrow();
      String rest = section.substring(heading.length()).strip();
      if (heading.startsWith("=== ")) {
        rootCause = heading.substring(4);
      } else if (heading.startsWith("--- ")) {
        String charset = "";
        if (rest.startsWith(CHARSET)) {
          charset = rest.lines().findFirst().orElseThrow().substring(CHARSET.length());
          rest = rest.substring(CHARSET.length() + charset.length()).strip();
        }
        String name = heading.substring(4);
        vectors.add(new HostileHtml(name, rootCause, charset, filled(rest, name)));
      }
    }
    return vectors;
  }

  /** The lines of {@code hostile-texts.txt}. */
  static List<String> texts() {
    List<String> texts = new ArrayList<>();
    resource("hostile-texts.txt")
        .lines()
        .filter(line -> !line.startsWith("# "))
        .forEach(line -> texts.add(filled(line, "text-" + texts.size())));
    return texts;
  }

  /** What the message says of its encoding, in any case. */
  String contentType() {
    return "text/html; charset=" + (charset.isEmpty() ? USUAL_CHARSET : charset);
  }

  byte[] bytes() {
    return text.getBytes(charset.isEmpty() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
  }

  private static String filled(String text, String name) {
    String acting =
        text.replace("{{run}}", "console.log(/ran:" + name + "/)")
            .replace("{{ask}}", "http://ask.example/" + name);
    String decoded =
        CODE.matcher(acting)
            .replaceAll(
                code ->
                    Matcher.quoteReplacement(
                        Character.toString(Integer.parseInt(code.group(1), 16))));
    return REPEATED
        .matcher(decoded)
        .replaceAll(
            repeated ->
                Matcher.quoteReplacement(
                    repeated.group(2).repeat(Integer.parseInt(repeated.group(1)))));
  }

  private static String resource(String name) {
    try (InputStream file = HostileHtml.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException("there is no " + name);
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
