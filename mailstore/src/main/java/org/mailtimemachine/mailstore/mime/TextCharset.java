package org.mailtimemachine.mailstore.mime;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.mozilla.universalchardet.UniversalDetector;

/**
 * Turns bytes into text when the label may be missing, unknown or wrong. What mail calls by a
 * smaller name is read as the set that contains it, as browsers do (WHATWG Encoding, 4.2): ISO
 * 8859-1 as windows-1252, GB 2312 as GB 18030. What is not labelled is UTF-8 where it can be, else
 * what Mozilla's detector says of it, else windows-1252.
 */
final class TextCharset {

  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  private static final byte ESCAPE = 0x1b;

  private static final char REPLACEMENT = '\ufffd';

  /** Of fewer bytes beyond ASCII nobody can tell whether they are German or Russian. */
  private static final int FEWEST_LETTERS = 6;

  private static final int MOST_LOOKED_AT = 16 * 1024;

  /** What the detector sees in western text, and no mailer ever sent. */
  private static final Set<String> NEVER_IN_MAIL = Set.of("MACCYRILLIC", "IBM855", "IBM866");

  private TextCharset() {}

  /** The charset of a label; empty where it is unknown or says no more than "ASCII". */
  static Optional<Charset> named(String label) {
    String name = label.strip().toLowerCase(Locale.ROOT);
    String known =
        switch (name) {
          case "",
              "us-ascii",
              "ascii",
              "ansi_x3.4-1968",
              "unknown",
              "unknown-8bit",
              "x-unknown",
              "default",
              "default_charset",
              "_autodetect_all" ->
              "";
          case "iso-8859-1",
              "iso8859-1",
              "iso_8859-1",
              "latin1",
              "8859_1",
              "ansi",
              "cp-1252",
              "x-ansi" ->
              "windows-1252";
          case "utf8", "utf-8lias", "unicode-1-1-utf-8" -> "utf-8";
          case "gb2312", "gb_2312-80", "gbk", "x-gbk", "hz-gb-2312" -> "gb18030";
          case "ks_c_5601-1987", "ks_c_5601", "euc-kr", "korean" -> "x-windows-949";
          case "shift_jis", "shift-jis", "sjis", "x-sjis" -> "windows-31j";
          case "iso-2022-jp", "cp50220" -> "x-windows-iso2022jp";
          case "iso-8859-8-i", "iso-8859-8-e" -> "iso-8859-8";
          case "iso-8859-9" -> "windows-1254";
          case "tis-620", "iso-8859-11" -> "x-windows-874";
          case "unicode-1-1-utf-7", "csunicode11utf7", "x-unicode-2-0-utf-7" -> "utf-7";
          default -> name.startsWith("cp-") ? "cp" + name.substring(3) : name;
        };
    if (known.equals("utf-7")) {
      return Optional.of(Utf7.CHARSET);
    }
    try {
      return known.isEmpty() ? Optional.empty() : Optional.of(Charset.forName(known));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Decodes by the declared charset where there is a usable one, else by looking at the bytes. */
  static String decode(byte[] bytes, Optional<Charset> declared) {
    if (declared.isEmpty()) {
      return guess(bytes);
    }
    String text = new String(bytes, declared.get());
    return mostlyDamaged(text) ? guess(bytes) : text;
  }

  /** The same bytes without a UTF-8 character that was cut off at their end. */
  static byte[] withoutCutCharacter(byte[] bytes) {
    int lead = bytes.length - 1;
    while (lead > 0 && bytes.length - lead < 4 && (bytes[lead] & 0xc0) == 0x80) {
      lead--;
    }
    int wanted = lead < 0 ? 0 : Integer.numberOfLeadingZeros(~(bytes[lead] << 24));
    return wanted > bytes.length - lead ? Arrays.copyOf(bytes, lead) : bytes;
  }

  private static String guess(byte[] bytes) {
    if (indexOf(ESCAPE, bytes) >= 0) {
      // 7-bit sets that switch by escape sequences are valid UTF-8, too
      return new String(bytes, detected(bytes).orElse(StandardCharsets.UTF_8));
    }
    try {
      CharBuffer text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes));
      return text.toString();
    } catch (CharacterCodingException e) {
      boolean tooLittle = lettersBeyondAscii(bytes) < FEWEST_LETTERS;
      return new String(bytes, tooLittle ? WINDOWS_1252 : detected(bytes).orElse(WINDOWS_1252));
    }
  }

  private static Optional<Charset> detected(byte[] bytes) {
    UniversalDetector detector = new UniversalDetector();
    detector.handleData(bytes, 0, Math.min(bytes.length, MOST_LOOKED_AT));
    detector.dataEnd();
    String found = detector.getDetectedCharset();
    return found == null || NEVER_IN_MAIL.contains(found) ? Optional.empty() : named(found);
  }

  private static long lettersBeyondAscii(byte[] bytes) {
    long letters = 0;
    for (byte b : bytes) {
      letters += b < 0 ? 1 : 0;
    }
    return letters;
  }

  private static int indexOf(byte wanted, byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** Whether more characters could not be decoded than could, ASCII apart. */
  private static boolean mostlyDamaged(String text) {
    if (text.indexOf(REPLACEMENT) < 0) {
      return false;
    }
    long damaged = text.chars().filter(c -> c == REPLACEMENT).count();
    return damaged * 2 > text.chars().filter(c -> c > 0x7f).count();
  }
}
