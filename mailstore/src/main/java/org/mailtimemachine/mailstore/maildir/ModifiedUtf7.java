package org.mailtimemachine.mailstore.maildir;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** The charset of folder names on disk and on the wire: RFC 3501, 5.1.3. */
public final class ModifiedUtf7 {

  private ModifiedUtf7() {}

  /**
   * Decodes a name, or one level of it.
   *
   * @return empty where it is not valid: then the name is shown as it stands, so that two
   *     directories never get the same name and none can smuggle a {@code /} or a control character
   */
  public static Optional<String> decode(String encoded) {
    StringBuilder text = new StringBuilder(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c < 0x20 || c > 0x7e) {
        return Optional.empty();
      }
      if (c != '&') {
        text.append(c);
        continue;
      }
      int end = encoded.indexOf('-', i);
      if (end < 0) {
        return Optional.empty();
      }
      if (end == i + 1) {
        text.append('&');
      } else if (!decodeRun(encoded.substring(i + 1, end), text)) {
        return Optional.empty();
      }
      i = end;
    }
    return encode(text.toString()).equals(encoded)
        ? Optional.of(text.toString())
        : Optional.empty();
  }

  /** Encodes text as a folder name, or one level of it. */
  public static String encode(String text) {
    StringBuilder encoded = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      char c = text.charAt(i);
      if (c == '&') {
        encoded.append("&-");
        i++;
      } else if (printable(c)) {
        encoded.append(c);
        i++;
      } else {
        int start = i;
        while (i < text.length() && !printable(text.charAt(i)) && text.charAt(i) != '&') {
          i++;
        }
        byte[] utf16 = text.substring(start, i).getBytes(StandardCharsets.UTF_16BE);
        String base64 = Base64.getEncoder().withoutPadding().encodeToString(utf16);
        encoded.append('&').append(base64.replace('/', ',')).append('-');
      }
    }
    return encoded.toString();
  }

  private static boolean decodeRun(String base64, StringBuilder text) {
    if (base64.indexOf('/') >= 0 || base64.indexOf('=') >= 0) {
      return false;
    }
    try {
      byte[] utf16 = Base64.getDecoder().decode(base64.replace(',', '/'));
      String run = StandardCharsets.UTF_16BE.newDecoder().decode(ByteBuffer.wrap(utf16)).toString();
      if (run.isEmpty() || run.chars().anyMatch(Character::isISOControl)) {
        return false;
      }
      text.append(run);
      return true;
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return false;
    }
  }

  private static boolean printable(char c) {
    return c >= 0x20 && c <= 0x7e;
  }
}
