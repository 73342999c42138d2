package org.mailtimemachine.web.mailbox;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The people of a message as a list shows them: their names, or their addresses where they gave
 * none.
 */
final class Correspondents {

  /** A name, quoted or not, before an address in angle brackets. */
  private static final Pattern NAMED =
      Pattern.compile("\\s*\"?([^\"<]*[^\"<\\s])\"?\\s*<[^<>]*>\\s*");

  private static final Pattern BARE = Pattern.compile("\\s*<([^<>]*)>\\s*");

  /** A comma that stands neither within quotes nor within brackets. */
  private static final Pattern BETWEEN =
      Pattern.compile(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)(?![^<]*>)");

  private Correspondents() {}

  static String names(String line) {
    return Arrays.stream(BETWEEN.split(line, 20))
        .map(Correspondents::name)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.joining(", "));
  }

  private static String name(String one) {
    Matcher named = NAMED.matcher(one);
    if (named.matches()) {
      return named.group(1);
    }
    Matcher bare = BARE.matcher(one);
    return bare.matches() ? bare.group(1) : one.strip();
  }
}
