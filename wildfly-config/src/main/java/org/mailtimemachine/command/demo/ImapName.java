package org.mailtimemachine.command.demo;

import static java.nio.charset.StandardCharsets.UTF_16BE;

import java.util.Base64;

/** Modified UTF-7 (RFC 3501, 5.1.3). */
final class ImapName {

  private ImapName() {}

  static String encoded(String name) {
    StringBuilder out = new StringBuilder();
    StringBuilder foreign = new StringBuilder();
    for (char c : (name + '\0').toCharArray()) {
      if (c > 0x7e) {
        foreign.append(c);
        continue;
      }
      if (!foreign.isEmpty()) {
        String base64 =
            Base64.getEncoder()
                .withoutPadding()
                .encodeToString(foreign.toString().getBytes(UTF_16BE));
        out.append('&').append(base64.replace('/', ',')).append('-');
        foreign.setLength(0);
      }
      out.append(c == '&' ? "&-" : String.valueOf(c));
    }
    return out.substring(0, out.length() - 1);
  }
}
