package org.mailtimemachine.command.demo;

import java.util.Locale;

/** Quoted-printable of text with LF line ends (RFC 2045, 6.7). */
final class QuotedPrintable {

  private static final int LONGEST_LINE = 75;

  private QuotedPrintable() {}

  static String encode(byte[] text) {
    StringBuilder out = new StringBuilder(text.length * 5 / 4);
    int column = 0;
    for (int i = 0; i < text.length; i++) {
      int b = text[i] & 0xff;
      if (b == '\n') {
        out.append('\n');
        column = 0;
        continue;
      }
      boolean endsLine = i + 1 == text.length || text[i + 1] == '\n';
      boolean plain = (b > 0x20 && b < 0x7f && b != '=') || ((b == ' ' || b == '\t') && !endsLine);
      String encoded = plain ? String.valueOf((char) b) : String.format(Locale.ROOT, "=%02X", b);
      if (column + encoded.length() > LONGEST_LINE) {
        out.append("=\n");
        column = 0;
      }
      out.append(encoded);
      column += encoded.length();
    }
    return out.toString();
  }
}
