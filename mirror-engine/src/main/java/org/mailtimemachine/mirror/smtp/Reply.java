package org.mailtimemachine.mirror.smtp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A reply (RFC 5321 section 4.2): a code and what is said with it, a line each.
 *
 * @param code 200 to 599
 * @param lines at least one; only what can be printed, so that no line can become two
 */
record Reply(int code, List<String> lines) {

  /** The section does not tell; nobody has a use for more. */
  private static final int MOST_LINES = 100;

  private static final int LONGEST_LINE = 2_048;

  Reply {
    if (code < 200 || code > 599 || lines.isEmpty()) {
      throw new IllegalArgumentException("no reply: " + code + " " + lines);
    }
    lines = lines.stream().map(Reply::printable).toList();
  }

  static Reply of(int code, String text) {
    return new Reply(code, List.of(text));
  }

  /**
   * Reads one.
   *
   * @throws ProtocolException where it is none; nothing can be concluded from it then
   */
  static Reply read(SmtpInput input) throws IOException {
    List<String> lines = new ArrayList<>();
    int code = 0;
    while (true) {
      String line = input.line(LONGEST_LINE);
      if (line.length() < 3 || !line.substring(0, 3).matches("[2-5][0-9][0-9]")) {
        throw new ProtocolException("not a reply: " + printable(line));
      }
      int said = Integer.parseInt(line.substring(0, 3));
      boolean last = line.length() == 3 || line.charAt(3) == ' ';
      if ((!last && line.charAt(3) != '-') || (code != 0 && said != code)) {
        throw new ProtocolException("not a reply: " + printable(line));
      }
      code = said;
      lines.add(line.length() > 4 ? line.substring(4) : "");
      if (last) {
        return new Reply(code, lines);
      }
      if (lines.size() == MOST_LINES) {
        throw new ProtocolException("a reply without an end: " + printable(line));
      }
    }
  }

  /** What was asked for is done. */
  boolean isPositive() {
    return code < 300;
  }

  /** Not now, or never. */
  boolean isNegative() {
    return code >= 400;
  }

  /** As it goes over the line; what is not ASCII in it came as UTF-8 (RFC 6531) and stays so. */
  byte[] bytes() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      text.append(code)
          .append(i == lines.size() - 1 ? ' ' : '-')
          .append(lines.get(i))
          .append("\r\n");
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    return code + " " + String.join(" / ", lines);
  }

  private static String printable(String text) {
    StringBuilder printable = new StringBuilder(text);
    for (int i = 0; i < printable.length(); i++) {
      char c = printable.charAt(i);
      if (c < ' ' || c == 0x7f) {
        printable.setCharAt(i, '?');
      }
    }
    return printable.toString();
  }
}
