package org.mailtimemachine.admin.console;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;

/**
 * What an address asks for. All of it was written by somebody: what cannot be read is as if it were
 * not there.
 */
record Parameters(HttpServletRequest request) {

  private static final int LONGEST = 320;
  private static final int MOST_PAGES = 1_000_000;

  /** A text without spaces around it; empty where there is none. */
  String text(String name) {
    @Nullable String value = request.getParameter(name);
    return value == null || value.length() > LONGEST ? "" : value.strip();
  }

  Optional<UUID> id() {
    try {
      return Optional.of(text("id")).filter(id -> !id.isEmpty()).map(UUID::fromString);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The same where nothing can be done without.
   *
   * @throws IllegalArgumentException where there is none
   */
  UUID requiredId() {
    return id().orElseThrow(() -> new IllegalArgumentException("no id"));
  }

  Optional<MailboxAddress> address() {
    try {
      return Optional.of(MailboxAddress.of(text("address")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  Optional<SnapshotName> snapshot(String name) {
    return SnapshotName.parse(text(name));
  }

  /** A page of a list, from 0. */
  int page() {
    String page = text("page");
    return page.matches("[0-9]{1,7}") ? Math.min(Integer.parseInt(page), MOST_PAGES) : 0;
  }

  /** The number of a line; {@link Long#MAX_VALUE} where none is given. */
  long before() {
    String before = text("before");
    return before.matches("[0-9]{1,18}") ? Long.parseLong(before) : Long.MAX_VALUE;
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
