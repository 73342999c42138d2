package org.mailtimemachine.command.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.Base64;
import java.util.List;

/**
 * One MIME part, written: its Content headers and its encoded body with LF line ends, as a Maildir
 * holds them.
 */
final class MimePart {

  private final String headers;
  private final byte[] body;

  /**
   * A part that is written already.
   *
   * @param headers whole header fields, each with its LF
   * @param body what follows the empty line
   */
  MimePart(String headers, byte[] body) {
    this.headers = headers;
    this.body = body;
  }

  String headers() {
    return headers;
  }

  byte[] body() {
    return body;
  }

  /** Text in the encoding that a mail program would choose for it. */
  static MimePart text(
      String subtype, String parameters, String text, Charset charset, boolean as8bit) {
    String ended = text.endsWith("\n") ? text : text + "\n";
    byte[] bytes = encodedLines(ended, charset);
    String type =
        field("Content-Type", "text/" + subtype + "; charset=" + charset.name() + parameters);
    boolean sevenBit = isAscii(bytes);
    boolean longLine = ended.lines().anyMatch(line -> line.length() > 900);
    if ((sevenBit && !longLine) || as8bit) {
      String encoding = sevenBit ? "7bit" : "8bit";
      return new MimePart(type + field("Content-Transfer-Encoding", encoding), bytes);
    }
    long foreign = ended.chars().filter(c -> c >= 0x80).count();
    if (foreign * 4 > ended.length()) {
      return new MimePart(type + field("Content-Transfer-Encoding", "base64"), base64(bytes));
    }
    return new MimePart(
        type + field("Content-Transfer-Encoding", "quoted-printable"),
        QuotedPrintable.encode(bytes).getBytes(US_ASCII));
  }

  /** A body in base64 under any headers. */
  static MimePart binary(String headers, byte[] content) {
    return new MimePart(headers + field("Content-Transfer-Encoding", "base64"), base64(content));
  }

  /** Several parts in one. */
  static MimePart multipart(String type, String boundary, String preamble, List<MimePart> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(preamble.getBytes(US_ASCII));
    for (MimePart part : parts) {
      out.writeBytes(("--" + boundary + "\n" + part.headers + "\n").getBytes(US_ASCII));
      out.writeBytes(part.body);
      if (part.body.length == 0 || part.body[part.body.length - 1] != '\n') {
        out.write('\n');
      }
    }
    out.writeBytes(("--" + boundary + "--\n").getBytes(US_ASCII));
    String headers = field("Content-Type", "multipart/" + type + "; boundary=\"" + boundary + '"');
    return new MimePart(headers, out.toByteArray());
  }

  static String field(String name, String value) {
    return HeaderText.field(name, value);
  }

  private static byte[] base64(byte[] content) {
    byte[] encoded = Base64.getMimeEncoder(76, new byte[] {'\n'}).encode(content);
    ByteArrayOutputStream out = new ByteArrayOutputStream(encoded.length + 1);
    out.writeBytes(encoded);
    out.write('\n');
    return out.toByteArray();
  }

  /** Line by line: a charset with shift states (ISO-2022-JP) must be in ASCII at a line's end. */
  private static byte[] encodedLines(String text, Charset charset) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    text.lines()
        .forEach(
            line -> {
              out.writeBytes(line.getBytes(charset));
              out.write('\n');
            });
    return out.toByteArray();
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }
}
