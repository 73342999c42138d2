package org.mailtimemachine.admin.authority;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailtimemachine.snapshot.SnapshotName;

/**
 * Which message of a Mailbox is meant: what the webmail's address says of it. No page of the
 * console tells it; whoever has it was given it by the user.
 *
 * @param message its id in the webmail
 */
public record MessageReference(SnapshotName snapshot, UUID message) {

  private static final Pattern DAY = Pattern.compile("[?&]day=([0-9A-Za-z:-]{1,40})(?:[&#]|$)");
  private static final Pattern MESSAGE =
      Pattern.compile(
          "[?&]message=([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?:[&#]|$)");

  /**
   * Reads the address of a message as somebody has pasted it; mail programs break long ones, and
   * write their {@code &} as HTML does.
   *
   * @return empty where it names no day or no message
   */
  public static Optional<MessageReference> parse(String address) {
    String bare = address.replaceAll("\\s", "").replace("&amp;", "&");
    Matcher day = DAY.matcher(bare);
    Matcher message = MESSAGE.matcher(bare);
    if (!day.find() || !message.find()) {
      return Optional.empty();
    }
    return SnapshotName.parse(day.group(1))
        .map(snapshot -> new MessageReference(snapshot, UUID.fromString(message.group(1))));
  }
}
