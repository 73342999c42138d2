package org.mailtimemachine.web.message;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The file name of a download, safe on every system, and as a Content-Disposition says it (RFC
 * 6266, RFC 8187).
 */
public final class DownloadName {

  private static final int LONGEST_SUBJECT = 120;
  private static final int LONGEST_NAME = 200;

  /** Device names that Windows takes in any folder and with any ending. */
  private static final Pattern DEVICE =
      Pattern.compile("(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\\..*)?");

  private DownloadName() {}

  /** For a message: its subject and {@code .eml}. */
  static String attachmentBySubject(String subject) {
    String name = plain(subject, LONGEST_SUBJECT);
    return attachment((name.isEmpty() ? "message" : name) + ".eml");
  }

  /** The header's value: always an attachment, the name once in ASCII and once as it is. */
  public static String attachment(String fileName) {
    String name = plain(fileName, LONGEST_NAME);
    String given = name.isEmpty() ? "attachment" : name;
    return "attachment; filename=\"" + ascii(given) + "\"; filename*=UTF-8''" + encoded(given);
  }

  /**
   * What is left of a text as one level of a path: nothing that divides levels, no control
   * characters, no dot or space at either end, no name of a device.
   *
   * @param longest characters
   * @return empty where nothing is left
   */
  public static String plain(String text, int longest) {
    StringBuilder name = new StringBuilder();
    text.codePoints()
        .filter(c -> !unprintable(c))
        .map(c -> "/\\<>:\"|?*".indexOf(c) >= 0 || Character.isWhitespace(c) ? ' ' : c)
        .limit(longest)
        .forEach(name::appendCodePoint);
    String tidy = name.toString().replaceAll(" {2,}", " ").replaceAll("^[. ]+|[. ]+$", "");
    return DEVICE.matcher(tidy).matches() ? "_" + tidy : tidy;
  }

  private static boolean unprintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED -> true;
      default -> false;
    };
  }

  private static String ascii(String name) {
    return name.replaceAll("[^ -~]", "_").replace("%", "_");
  }

  private static String encoded(String name) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      int c = b & 0xff;
      boolean plain =
          (c >= '0' && c <= '9')
              || (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || "-._~".indexOf(c) >= 0;
      if (plain) {
        encoded.append((char) c);
      } else {
        encoded.append(String.format(Locale.ROOT, "%%%02X", c));
      }
    }
    return encoded.toString();
  }
}
