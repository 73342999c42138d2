package org.mailtimemachine.mailstore.mime;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * One part, opened.
 *
 * @param charset label as it was declared
 * @param content its bytes, decoded while they are read; only valid as long as the {@link
 *     MessageSource} is open
 */
public record PartContent(MessagePart part, Optional<String> charset, InputStream content)
    implements Closeable {

  /**
   * Its content as text, or the beginning of it.
   *
   * @param mostBytes that are read
   * @throws IOException where the disk fails, or what is broken cannot be decoded
   */
  public String text(int mostBytes) throws IOException {
    return TextCharset.decode(
        TextCharset.withoutCutCharacter(content.readNBytes(mostBytes)),
        charset.flatMap(TextCharset::named));
  }

  @Override
  public void close() throws IOException {
    content.close();
  }
}
