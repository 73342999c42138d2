package org.mailtimemachine.mailstore.mime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailtimemachine.mailstore.mime.PartTree.Leaf;

/**
 * The text of one part, or its beginning.
 *
 * @param cut whether the part goes on
 * @param damaged whether its transfer encoding could not be undone, and it is shown as it stands
 */
record DecodedText(String text, boolean cut, boolean damaged) {

  private static final int META_BYTES = 2048;
  private static final int LOOKED_AT_BYTES = 1024;

  private static final Pattern META_CHARSET =
      Pattern.compile(
          "<meta[^>]{0,200}?charset\\s*=\\s*[\"']?([\\w:.-]{1,40})", Pattern.CASE_INSENSITIVE);

  static DecodedText of(Leaf leaf, int mostBytes) throws IOException {
    byte[] bytes;
    boolean goesOn;
    boolean damaged = false;
    // decoded, a part is no longer than it stands there; without this each takes a buffer of 16 KiB
    int most = (int) Math.min(mostBytes, leaf.content().remaining());
    try (InputStream in = labelIsWrong(leaf) ? leaf.content().rest() : leaf.decoded()) {
      bytes = in.readNBytes(most);
      goesOn = bytes.length == mostBytes && in.read() >= 0;
    } catch (IOException e) {
      // reads the same bytes again: where it was the disk that failed, it fails again
      try (InputStream raw = leaf.content().rest()) {
        bytes = raw.readNBytes(most);
        goesOn = bytes.length == mostBytes && raw.read() >= 0;
      }
      damaged = true;
    }
    boolean cut = goesOn || leaf.cut();
    String text =
        TextCharset.decode(
            cut ? TextCharset.withoutCutCharacter(bytes) : bytes,
            label(leaf.fields(), bytes).flatMap(TextCharset::named));
    return new DecodedText(
        leaf.fields().flowed().map(flowed -> flowed.paragraphs(text)).orElse(text), cut, damaged);
  }

  /** Words with spaces between them are no base64, whatever the header says. */
  private static boolean labelIsWrong(Leaf leaf) throws IOException {
    if (!leaf.fields().transferEncoding().equals("base64")) {
      return false;
    }
    byte[] start;
    try (InputStream raw = leaf.content().rest()) {
      start = raw.readNBytes(LOOKED_AT_BYTES);
    }
    int spaces = 0;
    for (byte b : start) {
      spaces += b == ' ' ? 1 : 0;
    }
    return spaces * 20 > start.length;
  }

  private static Optional<String> label(PartFields fields, byte[] bytes) {
    if (fields.charset().isPresent() || !fields.is("text/html")) {
      return fields.charset();
    }
    String beginning =
        new String(bytes, 0, Math.min(bytes.length, META_BYTES), StandardCharsets.ISO_8859_1);
    Matcher matcher = META_CHARSET.matcher(beginning);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
