package org.mailtimemachine.web.mailbox;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Comparison;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.web.search.Compared;
import org.mailtimemachine.web.search.Search;

/**
 * Where in a Mailbox somebody stands: all that the page's address says. It is the only state of the
 * webmail, so that every place can be linked to, reloaded and gone back to, and the server
 * remembers nothing. What an address says that is no such thing is left out.
 *
 * @param search what is searched for
 * @param gone whether only what has left the Folder since is wanted
 * @param compared how the messages wanted differ from those of another day
 * @param page of the list of messages, from 1
 */
record Place(
    Optional<SnapshotName> day,
    Optional<UUID> folder,
    Optional<UUID> message,
    MessageQuery.Sort sort,
    boolean ascending,
    Search search,
    boolean gone,
    Optional<Compared> compared,
    int page) {

  private static final int LAST_PAGE = 10_000_000;

  /** Reads the parameters of a request. */
  static Place of(Map<String, String> parameters) {
    return new Place(
        Optional.ofNullable(parameters.get("day")).flatMap(SnapshotName::parse),
        uuid(parameters.get("folder")),
        uuid(parameters.get("message")),
        sort(parameters.get("sort")),
        "asc".equals(parameters.get("order")),
        Search.of(parameters),
        Compared.gone(parameters),
        Compared.of(parameters),
        page(parameters.get("page")));
  }

  Place withDay(SnapshotName other) {
    return new Place(
        Optional.of(other), folder, message, sort, ascending, search, gone, compared, page);
  }

  /** The first page of another Folder, nothing opened and nothing searched for. */
  Place withFolder(UUID other) {
    return new Place(
        day, Optional.of(other), Optional.empty(), sort, ascending, Search.NONE, gone, compared, 1);
  }

  Place withMessage(UUID other) {
    return new Place(
        day, folder, Optional.of(other), sort, ascending, search, gone, compared, page);
  }

  Place withoutMessage() {
    return new Place(day, folder, Optional.empty(), sort, ascending, search, gone, compared, page);
  }

  Place withPage(int other) {
    return new Place(day, folder, message, sort, ascending, search, gone, compared, other);
  }

  Place withSearch(Search other) {
    return new Place(day, folder, message, sort, ascending, other, gone, compared, 1);
  }

  /** With only what is gone, or with everything; compared with no other day. */
  Place withGone(boolean other) {
    return new Place(day, folder, message, sort, ascending, search, other, Optional.empty(), 1);
  }

  /** The first page of what differs from another day, in the same Folders. */
  Place withCompared(Compared other) {
    return new Place(
        day, folder, Optional.empty(), sort, ascending, search, false, Optional.of(other), 1);
  }

  /** The same place in a Folder that was made out. */
  Place inFolder(UUID found) {
    return new Place(
        day, Optional.of(found), message, sort, ascending, search, gone, compared, page);
  }

  /**
   * What to ask for.
   *
   * @param comparison with which Snapshot, and how; empty where all is wanted
   * @param rows messages on a page
   * @param zone of the user
   */
  MessageQuery query(Optional<Comparison> comparison, int rows, ZoneId zone) {
    long offset = (long) (page - 1) * rows;
    return new MessageQuery(offset, rows, sort, ascending, search.filter(zone), comparison);
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
    search.parameters().forEach((name, value) -> append(url, name, value));
    if (gone) {
      append(url, "show", "gone");
    }
    compared.ifPresent(
        with -> {
          append(url, "compare", with.other().text());
          append(url, "show", Search.word(with.what()));
        });
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

  private static int page(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,8}")
        ? Math.clamp(Integer.parseInt(text), 1, LAST_PAGE)
        : 1;
  }
}
