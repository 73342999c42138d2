package org.mailtimemachine.web.message;

import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.mime.MessagePart;
import org.mailtimemachine.mailstore.mime.MessageReader;
import org.mailtimemachine.mailstore.mime.MessageSource;
import org.mailtimemachine.mailstore.mime.ParsedMessage;
import org.mailtimemachine.mailstore.mime.PartContent;

/**
 * The pictures that a message brings along for its own HTML, as {@code data:} addresses: the frame
 * has no cookies, so it could not ask for them.
 */
final class InlineImages {

  /** All pictures of one message together. */
  private static final int MOST_BYTES = 8 * 1024 * 1024;

  /** Types that browsers draw and that cannot hold a script. */
  private static final Set<String> DRAWN =
      Set.of("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp");

  private final ParsedMessage message;
  private final MessageReader reader;
  private final MessageSource source;
  private final Map<String, Optional<String>> addresses = new HashMap<>();
  private int bytesLeft = MOST_BYTES;

  InlineImages(ParsedMessage message, MessageReader reader, MessageSource source) {
    this.message = message;
    this.reader = reader;
    this.source = source;
  }

  /** The picture of this Content-ID; empty where there is none that can be shown. */
  Optional<String> address(String contentId) throws IOException {
    Optional<String> known = addresses.get(contentId);
    if (known == null) {
      known = read(contentId);
      addresses.put(contentId, known);
    }
    return known;
  }

  private Optional<String> read(String contentId) throws IOException {
    Optional<MessagePart> part =
        message.parts().stream()
            .filter(candidate -> candidate.contentId().filter(contentId::equals).isPresent())
            .filter(candidate -> DRAWN.contains(candidate.contentType()))
            .findFirst();
    if (part.isEmpty()) {
      return Optional.empty();
    }
    try (PartContent content = reader.open(source, part.get().number()).orElseThrow()) {
      byte[] bytes = content.content().readNBytes(bytesLeft + 1);
      if (bytes.length > bytesLeft) {
        return Optional.empty();
      }
      bytesLeft -= bytes.length;
      return Optional.of(
          "data:"
              + part.get().contentType()
              + ";base64,"
              + Base64.getEncoder().encodeToString(bytes));
    }
  }
}
