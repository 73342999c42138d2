package org.mailtimemachine.command.demo;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;

/** Plain text bodies as mail programs write them: wrapped, flowed, quoted, and turned into HTML. */
final class BodyText {

  private static final int WIDTH = 72;
  private static final int DEEPEST_QUOTE = 3;

  private BodyText() {}

  /** Breaks long lines at spaces; quoted lines and what is indented stay as they are. */
  static String wrapped(String text) {
    return text.lines()
        .flatMap(line -> wrappedLine(line).stream())
        .map(String::stripTrailing)
        .collect(Collectors.joining("\n"));
  }

  /** The same as format=flowed (RFC 3676): a soft break keeps its space, hard lines lose theirs. */
  static String flowed(String text) {
    List<String> out = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      List<String> broken = wrappedLine(line);
      for (int i = 0; i < broken.size(); i++) {
        boolean soft = i + 1 < broken.size();
        String one = soft ? broken.get(i).stripTrailing() + " " : hard(broken.get(i));
        out.add(one.startsWith(" ") || one.startsWith("From ") ? " " + one : one);
      }
    }
    return String.join("\n", out);
  }

  /** The lines that a reply quotes: without the signature, not deeper than a person would bear. */
  static String quoted(String text) {
    String wrapped = wrapped(text);
    int signature = wrapped.indexOf("\n-- \n");
    if (signature < 0) {
      signature = wrapped.indexOf("\n--\n");
    }
    String body = signature < 0 ? wrapped : wrapped.substring(0, signature);
    Deque<String> lines = new ArrayDeque<>();
    for (String line : body.stripTrailing().lines().toList()) {
      if (!line.startsWith(">".repeat(DEEPEST_QUOTE))) {
        lines.add(line.isEmpty() ? ">" : line.startsWith(">") ? ">" + line : "> " + line);
      } else if (!lines.isEmpty() && lines.getLast().endsWith(":")) {
        lines.removeLast(); // the "wrote:" above what is left out
      }
    }
    return String.join("\n", lines);
  }

  /** The HTML that a mail program sends beside its plain text. */
  static String html(String text) {
    StringBuilder out = new StringBuilder();
    int depth = 0;
    for (String paragraph : text.lines().toList()) {
      int quotes = 0;
      while (quotes < paragraph.length() && paragraph.charAt(quotes) == '>') {
        quotes++;
      }
      for (; depth < quotes; depth++) {
        out.append(
            "<blockquote style=\"margin:0 0 0 .6em;padding:0 0 0 .8em;border-left:2px solid"
                + " #9db4c0;color:#4a6572\">\n");
      }
      for (; depth > quotes; depth--) {
        out.append("</blockquote>\n");
      }
      String line = paragraph.substring(quotes).strip();
      if (line.equals("--")) {
        out.append("<hr style=\"border:0;border-top:1px solid #d5dde0;margin:1.4em 0 .6em\">\n");
      } else {
        out.append("<div>").append(line.isEmpty() ? "<br>" : linked(escaped(line)));
        out.append("</div>\n");
      }
    }
    out.append("</blockquote>\n".repeat(depth));
    return out.toString();
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String linked(String line) {
    return line.replaceAll("(https://[^\\s<>()]+[^\\s<>().,;:])", "<a href=\"$1\">$1</a>");
  }

  private static String hard(String line) {
    return line.equals("-- ") ? line : line.stripTrailing();
  }

  private static List<String> wrappedLine(String line) {
    List<String> lines = new ArrayList<>();
    String rest = line;
    boolean fixed = line.startsWith(">") || line.startsWith("  ") || line.startsWith("|");
    while (!fixed && rest.length() > WIDTH) {
      int space = rest.lastIndexOf(' ', WIDTH);
      if (space <= 0) {
        break;
      }
      lines.add(rest.substring(0, space));
      rest = rest.substring(space + 1);
    }
    lines.add(rest);
    return lines;
  }
}
