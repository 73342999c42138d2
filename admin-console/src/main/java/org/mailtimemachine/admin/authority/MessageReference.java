package org.mailtimemachine.admin.authority;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mailtimemachine.snapshot.SnapshotName;

/**
 * Which message of a Mailbox is meant: what the webmail's address says of it. It is no secret and
 * opens nothing: its user allows that ({@link
 * org.mailtimemachine.restore.opening.OpeningPermission}).
 *
 * @param message its id in the webmail
 */
public record MessageReference(SnapshotName snapshot, UUID message) {

  private static final Pattern DAY =
      Pattern.compile("[?&]day=([0-9A-Za-z-]{1,40})(?![0-9A-Za-z-])");
  private static final Pattern MESSAGE =
      Pattern.compile(
          "[?&]message=([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?![0-9a-fA-F-])");

  /**
   * Finds the address of a message in what somebody has pasted: with words around it, as mail
   * programs break long ones, as HTML writes {@code &}, or within the link of a filter that encodes
   * it.
   *
   * @return empty where it names no day or no message
   */
  public static Optional<MessageReference> parse(String pasted) {
    String text = pasted.replace("&amp;", "&");
    return Stream.of(text, decoded(text))
        // As it stands first: words after it must not stick to it.
        .flatMap(each -> Stream.of(each, each.replaceAll("\\s", "")))
        .flatMap(each -> in(each).stream())
        .findFirst();
  }

  private static String decoded(String text) {
    return text.replaceAll("(?i)%3f", "?").replaceAll("(?i)%26", "&").replaceAll("(?i)%3d", "=");
  }

  private static Optional<MessageReference> in(String text) {
    Matcher day = DAY.matcher(text);
    Matcher message = MESSAGE.matcher(text);
    if (!day.find() || !message.find()) {
      return Optional.empty();
    }
    return SnapshotName.parse(day.group(1))
        .map(snapshot -> new MessageReference(snapshot, UUID.fromString(message.group(1))));
  }
}
