package org.mailtimemachine.web.message;

import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.mime.MessagePart;
import org.mailtimemachine.mailstore.mime.ParsedMessage;
import org.mailtimemachine.mailstore.mime.PartContent;

/**
 * The pictures that a message brings along for its own HTML, as {@code data:} addresses: the frame
 * has no cookies, so it could not ask for them. For one thread and one page.
 */
final class InlineImages {

  /**
   * All addresses of one page together, each counted as often as it stands there: one picture of a
   * few MiB may be referred to a thousand times.
   */
  private static final int MOST_CHARACTERS = 12 * 1024 * 1024;

  /** Types that browsers draw and that cannot hold a script. */
  private static final Set<String> DRAWN =
      Set.of("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp");

  private final ParsedMessage message;
  private final boolean read;
  private final Map<String, MessagePart> pictures = new HashMap<>();
  private final Map<Integer, String> addresses = new HashMap<>();
  private final Set<Integer> embedded = new HashSet<>();
  private long charactersLeft = MOST_CHARACTERS;

  /**
   * @param read whether the addresses hold the pictures; else they only stand for them
   */
  InlineImages(ParsedMessage message, boolean read) {
    this.message = message;
    this.read = read;
    for (MessagePart part : message.parts()) {
      if (DRAWN.contains(part.contentType())) {
        part.contentId().ifPresent(id -> pictures.putIfAbsent(id, part));
      }
    }
  }

  /** The picture of this Content-ID; empty where there is none that can be shown. */
  Optional<String> address(String contentId) throws IOException {
    MessagePart part = pictures.get(contentId);
    if (part == null) {
      return Optional.empty();
    }
    String start = "data:" + part.contentType() + ";base64,";
    // by the size that the structure tells, so that what is only counted is counted alike
    long characters = start.length() + (part.size() + 2) / 3 * 4;
    if (characters > charactersLeft) {
      return Optional.empty();
    }
    charactersLeft -= characters;
    embedded.add(part.number());
    if (!read) {
      return Optional.of(start);
    }
    String address = addresses.get(part.number());
    if (address == null) {
      address = start + content(part);
      addresses.put(part.number(), address);
    }
    return Optional.of(address);
  }

  /** The numbers of the parts that {@link #address} gave out. */
  Set<Integer> embedded() {
    return Set.copyOf(embedded);
  }

  private String content(MessagePart part) throws IOException {
    try (PartContent content = message.contents().open(part.number()).orElseThrow()) {
      return Base64.getEncoder().encodeToString(content.content().readNBytes(MOST_CHARACTERS));
    }
  }
}
