package org.mailtimemachine.mailstore.maildir;

import java.util.OptionalLong;
import org.mailtimemachine.mailstore.posix.FileName;

/**
 * The file name of a message, taken apart: {@code 1795310491.M34431P31442.vm,S=409,W=423:2,FSab} is
 * base name, {@code :2,}, flags and keyword letters (maildir(5), and Dovecot's {@code
 * maildir-filename.c}). A message in {@code new} mostly has no {@code :2,}, but may.
 *
 * @param base what stands before {@code :2,}; the name that a flag change or a move keeps
 * @param flags the capital letters
 * @param keywords the small letters {@code a} to {@code z}, sorted: indexes into the Folder's
 *     keyword names
 */
public record MessageFileName(FileName base, Flags flags, String keywords) {

  private static final String INFO = ":2,";

  /** Takes any name of a file in {@code cur} or {@code new} apart. */
  public static MessageFileName of(FileName name) {
    String bytes = name.bytes();
    int info = bytes.indexOf(INFO);
    if (info <= 0) {
      return new MessageFileName(name, Flags.NONE, "");
    }
    int at = info + INFO.length();
    // Dovecot ends the flags at a comma; what stands behind it belongs to other software.
    int end = bytes.indexOf(',', at);
    end = end < 0 ? bytes.length() : end;
    int capitals = at;
    while (capitals < end && bytes.charAt(capitals) >= 'A' && bytes.charAt(capitals) <= 'Z') {
      capitals++;
    }
    FileName base = new FileName(bytes.substring(0, info));
    if (capitals == end) {
      return new MessageFileName(base, new Flags(bytes.substring(at, end)), "");
    }
    return new MessageFileName(
        base, new Flags(letters(bytes, at, end, 'A')), letters(bytes, at, end, 'a'));
  }

  /** The value of {@code ,S=}: bytes on disk, as far as the name is to be believed. */
  public OptionalLong size() {
    return number(",S=");
  }

  /** The value of {@code ,W=}: RFC822.SIZE, with every line end counted as CRLF. */
  public OptionalLong virtualSize() {
    return number(",W=");
  }

  /** The whole file name again. */
  public FileName withInfo() {
    return new FileName(base.bytes() + INFO + flags.letters() + keywords);
  }

  private OptionalLong number(String key) {
    String bytes = base.bytes();
    int at = bytes.indexOf(key);
    if (at < 0) {
      return OptionalLong.empty();
    }
    int start = at + key.length();
    int end = bytes.indexOf(',', start);
    try {
      return OptionalLong.of(Long.parseLong(bytes, start, end < 0 ? bytes.length() : end, 10));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static String letters(String bytes, int start, int end, char first) {
    return bytes
        .substring(start, end)
        .chars()
        .filter(c -> c >= first && c < first + 26)
        .sorted()
        .distinct()
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
