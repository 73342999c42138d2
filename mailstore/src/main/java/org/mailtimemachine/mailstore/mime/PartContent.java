package org.mailtimemachine.mailstore.mime;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * One part, opened.
 *
 * @param content its bytes, decoded while they are read; only valid as long as the {@link
 *     MessageSource} is open
 */
public record PartContent(MessagePart part, InputStream content) implements Closeable {

  @Override
  public void close() throws IOException {
    content.close();
  }
}
