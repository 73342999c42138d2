package org.mailtimemachine.mailstore.mime;

import jakarta.mail.util.StreamProvider;
import java.io.InputStream;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Content-Transfer-Encodings by the streams of Jakarta Mail. The provider is looked up once: {@code
 * MimeUtility} asks the {@link java.util.ServiceLoader} again for each encoded word.
 */
final class TransferDecoding {

  /** More than any honest value; to look for comments in more would take quadratic time. */
  private static final int LONGEST_VALUE = 200;

  private static final Pattern COMMENT = Pattern.compile("\\([^)]*\\)");

  private static final StreamProvider STREAMS = StreamProvider.provider();

  private TransferDecoding() {}

  static StreamProvider streams() {
    return STREAMS;
  }

  /** The decoded bytes; an unknown encoding is passed through. */
  static InputStream decode(InputStream encoded, String encoding) {
    return switch (encoding) {
      case "base64" -> STREAMS.inputBase64(encoded);
      case "quoted-printable" -> STREAMS.inputQP(encoded);
      case "uuencode", "x-uuencode", "x-uue", "uue" -> STREAMS.inputUU(encoded);
      default -> encoded;
    };
  }

  /** Whether the bytes stand there as they are. */
  static boolean identity(String encoding) {
    return switch (encoding) {
      case "base64", "quoted-printable", "uuencode", "x-uuencode", "x-uue", "uue" -> false;
      default -> true;
    };
  }

  /** The encoding as a plain lower case word, comments and parameters dropped. */
  static String word(String header) {
    String start = HeaderText.start(header, LONGEST_VALUE);
    String plain = start.indexOf('(') < 0 ? start : COMMENT.matcher(start).replaceAll("");
    String value = plain.strip().toLowerCase(Locale.ROOT);
    int end = 0;
    while (end < value.length() && value.charAt(end) > ' ' && ";,".indexOf(value.charAt(end)) < 0) {
      end++;
    }
    return value.substring(0, end).replace("\"", "");
  }

  /** How many bytes come out, roughly. */
  static long estimate(long encodedBytes, String encoding) {
    return switch (encoding) {
      // 76 characters and a line end carry 57 bytes
      case "base64" -> encodedBytes * 57 / 78;
      case "uuencode", "x-uuencode", "x-uue", "uue" -> encodedBytes * 45 / 63;
      default -> encodedBytes;
    };
  }
}
