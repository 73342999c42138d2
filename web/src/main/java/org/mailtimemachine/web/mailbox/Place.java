package org.mailtimemachine.web.mailbox;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;

/**
 * Where in a Mailbox somebody stands: all that the page's address says. It is the only state of the
 * webmail, so that every place can be linked to, reloaded and gone back to, and the server
 * remembers nothing. What an address says that is no such thing is left out.
 *
 * @param text searched for; empty for all messages
 * @param gone whether only what has left the Folder since is wanted
 * @param page of the list of messages, from 1
 */
record Place(
    Optional<SnapshotName> day,
    Optional<UUID> folder,
    Optional<UUID> message,
    MessageQuery.Sort sort,
    boolean ascending,
    String text,
    boolean gone,
    int page) {

  private static final int LAST_PAGE = 10_000_000;
  private static final int LONGEST_TEXT = 200;

  /** Reads the parameters of a request. */
  static Place of(Map<String, String> parameters) {
    return new Place(
        Optional.ofNullable(parameters.get("day")).flatMap(SnapshotName::parse),
        uuid(parameters.get("folder")),
        uuid(parameters.get("message")),
        sort(parameters.get("sort")),
        "asc".equals(parameters.get("order")),
        text(parameters.get("q")),
        "gone".equals(parameters.get("show")),
        page(parameters.get("page")));
  }

  Place withDay(SnapshotName other) {
    return new Place(Optional.of(other), folder, message, sort, ascending, text, gone, page);
  }

  /** The first page of another Folder, nothing opened and nothing searched for. */
  Place withFolder(UUID other) {
    return new Place(day, Optional.of(other), Optional.empty(), sort, ascending, "", gone, 1);
  }

  Place withMessage(UUID other) {
    return new Place(day, folder, Optional.of(other), sort, ascending, text, gone, page);
  }

  Place withoutMessage() {
    return new Place(day, folder, Optional.empty(), sort, ascending, text, gone, page);
  }

  Place withPage(int other) {
    return new Place(day, folder, message, sort, ascending, text, gone, other);
  }

  Place withText(String other) {
    return new Place(day, folder, message, sort, ascending, other, gone, 1);
  }

  Place withGone(boolean other) {
    return new Place(day, folder, message, sort, ascending, text, other, 1);
  }

  /** The same place in a Folder that was made out. */
  Place inFolder(UUID found) {
    return new Place(day, Optional.of(found), message, sort, ascending, text, gone, page);
  }

  /**
   * What to ask for.
   *
   * @param goneBy the Snapshot that says what is gone; empty where all is wanted
   * @param rows messages on a page
   */
  MessageQuery query(Optional<SnapshotName> goneBy, int rows) {
    long offset = (long) (page - 1) * rows;
    return new MessageQuery(offset, rows, sort, ascending, text, goneBy);
  }

  /** The address of this place, relative to the page; what is as usual is left out. */
  String url() {
    StringBuilder url = new StringBuilder("mailbox.xhtml");
    day.ifPresent(value -> append(url, "day", value.text()));
    folder.ifPresent(value -> append(url, "folder", value.toString()));
    message.ifPresent(value -> append(url, "message", value.toString()));
    if (sort != MessageQuery.Sort.DATE) {
      append(url, "sort", sortName());
    }
    if (ascending) {
      append(url, "order", "asc");
    }
    if (!text.isEmpty()) {
      append(url, "q", text);
    }
    if (gone) {
      append(url, "show", "gone");
    }
    if (page > 1) {
      append(url, "page", Integer.toString(page));
    }
    return url.toString();
  }

  /** The word for the sort order in an address and in a form. */
  String sortName() {
    return sort.name().toLowerCase(Locale.ROOT);
  }

  private static void append(StringBuilder url, String name, String value) {
    url.append(url.indexOf("?") < 0 ? '?' : '&')
        .append(name)
        .append('=')
        .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
  }

  private static Optional<UUID> uuid(@Nullable String text) {
    try {
      return text == null || text.length() != 36
          ? Optional.empty()
          : Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static MessageQuery.Sort sort(@Nullable String text) {
    for (MessageQuery.Sort sort : MessageQuery.Sort.values()) {
      if (sort.name().toLowerCase(Locale.ROOT).equals(text)) {
        return sort;
      }
    }
    return MessageQuery.Sort.DATE;
  }

  private static String text(@Nullable String text) {
    String stripped = text == null ? "" : text.replaceAll("\\p{Cntrl}", " ").strip();
    return stripped.length() <= LONGEST_TEXT ? stripped : stripped.substring(0, LONGEST_TEXT);
  }

  private static int page(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,8}")
        ? Math.clamp(Integer.parseInt(text), 1, LAST_PAGE)
        : 1;
  }
}
