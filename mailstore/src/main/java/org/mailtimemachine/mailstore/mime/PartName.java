package org.mailtimemachine.mailstore.mime;

import java.util.Map;

/** The name of a part as it may be shown and saved. */
final class PartName {

  private static final int LONGEST = 150;

  /** Of a longer name only its end is looked at, where its ending stands. */
  private static final int LONGEST_SENT = 1_000;

  private static final Map<String, String> ENDINGS =
      Map.ofEntries(
          Map.entry("text/plain", ".txt"),
          Map.entry("text/html", ".html"),
          Map.entry("text/calendar", ".ics"),
          Map.entry("text/vcard", ".vcf"),
          Map.entry("text/csv", ".csv"),
          Map.entry("message/rfc822", ".eml"),
          Map.entry("image/jpeg", ".jpg"),
          Map.entry("image/png", ".png"),
          Map.entry("image/gif", ".gif"),
          Map.entry("application/pdf", ".pdf"),
          Map.entry("application/zip", ".zip"),
          Map.entry("application/pgp-signature", ".asc"),
          Map.entry("application/pkcs7-signature", ".p7s"));

  private PartName() {}

  static String of(PartFields fields, int number) {
    String name = fields.fileName().map(PartName::safe).orElse("");
    return name.isEmpty()
        ? "part-" + number + ENDINGS.getOrDefault(fields.contentType(), ".bin")
        : name;
  }

  /** One path component on any system, without what could make it look like another name. */
  static String safe(String sent) {
    int component = Math.max(sent.lastIndexOf('/'), sent.lastIndexOf('\\')) + 1;
    String name = sent.substring(Math.max(component, sent.length() - LONGEST_SENT));
    StringBuilder safe = new StringBuilder(name.length());
    HeaderText.clean(name)
        .codePoints()
        .filter(c -> Character.getType(c) != Character.FORMAT)
        .map(c -> "<>:\"|?*".indexOf(c) >= 0 ? '_' : c)
        .forEach(safe::appendCodePoint);
    String text = trimmed(safe);
    if (text.length() <= LONGEST) {
      return text;
    }
    int dot = text.lastIndexOf('.');
    String ending = dot > 0 && text.length() - dot <= 12 ? text.substring(dot) : "";
    return HeaderText.start(text, LONGEST - ending.length()) + ending;
  }

  /** Neither hidden nor ending in what Windows drops. */
  private static String trimmed(StringBuilder name) {
    int start = 0;
    int end = name.length();
    while (end > 0 && ". ".indexOf(name.charAt(end - 1)) >= 0) {
      end--;
    }
    while (start < end && ". ".indexOf(name.charAt(start)) >= 0) {
      start++;
    }
    return name.substring(start, end);
  }
}
