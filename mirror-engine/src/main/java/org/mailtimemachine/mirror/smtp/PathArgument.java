package org.mailtimemachine.mirror.smtp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands behind {@code MAIL} or {@code RCPT} (RFC 5321 section 4.1.2): a path and parameters.
 *
 * @param path what is between the angle brackets; each byte a character of ISO 8859-1
 * @param parameters as they were said: {@code KEYWORD} or {@code KEYWORD=value}
 */
record PathArgument(String path, List<String> parameters) {

  /** Section 4.5.3.1.3, and as much again for addresses in UTF-8 and for odd gateways. */
  private static final int LONGEST_PATH = 512;

  private static final String INTERNET_ADDRESS = "rfc822;";
  private static final Pattern DIGITS = Pattern.compile("[0-9A-F]{2}");
  private static final Set<String> OF_MAIL = Set.of("SIZE", "BODY", "SMTPUTF8", "RET", "ENVID");
  private static final Set<String> OF_RCPT = Set.of("NOTIFY", "ORCPT");
  private static final Set<String> OF_NOTIFICATIONS = Set.of("RET", "ENVID", "NOTIFY", "ORCPT");
  private static final Pattern PARAMETER =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9-]*)(=[!-<>-~\\x80-\\xff]+)?");
  private static final Pattern QUOTED_OR_PLAIN =
      Pattern.compile("(\"(?:[^\"\\\\]|\\\\.)*\"|[^\"<>\\s])*");

  /** The path {@code FROM:<...>}; empty for bounces. */
  static PathArgument ofMail(String argument) throws RefusedCommandException {
    return parse(argument, "FROM:", OF_MAIL);
  }

  /** The path {@code TO:<...>}, which is never empty. */
  static PathArgument ofRcpt(String argument) throws RefusedCommandException {
    PathArgument recipient = parse(argument, "TO:", OF_RCPT);
    if (recipient.path.isEmpty()) {
      throw new RefusedCommandException(Reply.of(501, "5.1.3 No recipient is named"));
    }
    return recipient;
  }

  /** As the next hop is to be told, without anything that was not understood here. */
  String text() {
    return '<' + path + '>' + (parameters.isEmpty() ? "" : " " + String.join(" ", parameters));
  }

  /** The same without what belongs to delivery status notifications (RFC 3461). */
  PathArgument withoutNotifications() {
    return new PathArgument(
        path,
        parameters.stream()
            .filter(each -> !OF_NOTIFICATIONS.contains(keyword(each).toUpperCase(Locale.ROOT)))
            .toList());
  }

  private static String keyword(String parameter) {
    int equals = parameter.indexOf('=');
    return equals < 0 ? parameter : parameter.substring(0, equals);
  }

  /** The value of that parameter. */
  Optional<String> parameter(String keyword) {
    String wanted = keyword + "=";
    return parameters.stream()
        .filter(each -> each.toUpperCase(Locale.ROOT).startsWith(wanted))
        .map(each -> each.substring(wanted.length()))
        .findFirst();
  }

  /**
   * Whom a message was sent to before the mail server in front expanded its aliases: the address of
   * ORCPT (RFC 3461 section 4.2), where there is one that can be read. In the characters of {@link
   * #path}.
   */
  Optional<String> original() {
    return parameter("ORCPT")
        .filter(
            value -> value.regionMatches(true, 0, INTERNET_ADDRESS, 0, INTERNET_ADDRESS.length()))
        .flatMap(value -> decoded(value.substring(INTERNET_ADDRESS.length())));
  }

  /** RFC 3461 section 4: what is not printable, or is + or =, stands as + and two digits. */
  private static Optional<String> decoded(String xtext) {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < xtext.length(); at++) {
      char c = xtext.charAt(at);
      if (c == '+') {
        Matcher digits = DIGITS.matcher(xtext).region(at + 1, xtext.length());
        if (!digits.lookingAt()) {
          return Optional.empty();
        }
        c = (char) Integer.parseInt(digits.group(), 16);
        at += 2;
      }
      if (c <= ' ' || c == 0x7f) {
        return Optional.empty();
      }
      text.append(c);
    }
    return Optional.of(text.toString());
  }

  private static PathArgument parse(String argument, String prefix, Set<String> known)
      throws RefusedCommandException {
    if (!argument.regionMatches(true, 0, prefix + "<", 0, prefix.length() + 1)) {
      throw new RefusedCommandException(Reply.of(501, "5.5.4 Syntax: " + prefix + "<address>"));
    }
    int end = endOfPath(argument, prefix.length() + 1);
    String path = argument.substring(prefix.length() + 1, end);
    if (path.length() > LONGEST_PATH) {
      throw new RefusedCommandException(Reply.of(501, "5.1.7 The address is too long"));
    }
    if (!QUOTED_OR_PLAIN.matcher(path).matches()) {
      throw new RefusedCommandException(Reply.of(501, "5.1.7 Not an address"));
    }
    return new PathArgument(path, parameters(argument.substring(end + 1), known));
  }

  /** A closing bracket in a quoted local part is not the end. */
  private static int endOfPath(String argument, int start) throws RefusedCommandException {
    boolean quoted = false;
    for (int at = start; at < argument.length(); at++) {
      char c = argument.charAt(at);
      if (c == '\\' && quoted) {
        at++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == '>' && !quoted) {
        return at;
      }
    }
    throw new RefusedCommandException(Reply.of(501, "5.5.4 The address has no end"));
  }

  private static List<String> parameters(String text, Set<String> known)
      throws RefusedCommandException {
    List<String> parameters = new ArrayList<>();
    if (!text.isEmpty() && text.charAt(0) != ' ') {
      throw new RefusedCommandException(Reply.of(501, "5.5.4 No space behind the address"));
    }
    for (String each : text.strip().split(" +", -1)) {
      if (each.isEmpty()) {
        continue;
      }
      Matcher matcher = PARAMETER.matcher(each);
      if (!matcher.matches()) {
        throw new RefusedCommandException(Reply.of(501, "5.5.4 Not a parameter: " + each));
      }
      if (!known.contains(matcher.group(1).toUpperCase(Locale.ROOT))) {
        throw new RefusedCommandException(
            Reply.of(555, "5.5.4 Not supported: " + matcher.group(1)));
      }
      parameters.add(each);
    }
    return parameters;
  }
}
