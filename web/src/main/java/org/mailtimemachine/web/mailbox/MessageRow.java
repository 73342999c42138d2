package org.mailtimemachine.web.mailbox;

import java.util.List;
import java.util.UUID;
import org.mailtimemachine.mailstore.maildir.Flags;

/**
 * One line of the list of messages. Every text in it comes from mail and is hostile: it is only
 * ever written escaped.
 *
 * @param person who sent it, or in a folder of sent mail, who was to get it
 * @param people the same with their addresses
 * @param where its Folder, in a list of several; and when it was seen, in one of all days
 * @param fate where it is now, in a list of what is gone; else empty
 * @param lost whether it is in no Folder any more
 */
public record MessageRow(
    UUID id,
    String person,
    String people,
    String subject,
    String date,
    String fullDate,
    String size,
    long bytes,
    Flags flags,
    List<String> keywords,
    boolean attachment,
    String where,
    String fate,
    boolean lost,
    boolean selected,
    String url,
    String files) {

  public String styleClass() {
    return "message"
        + (flags.seen() ? "" : " unread")
        + (flags.flagged() ? " flagged" : "")
        + (flags.deleted() ? " deleted" : "")
        + (selected ? " selected" : "");
  }

  /** The symbol before the subject. */
  public String status() {
    if (flags.deleted()) {
      return "ban";
    }
    if (flags.answered()) {
      return flags.forwarded() ? "answered-forwarded" : "answered";
    }
    return flags.forwarded() ? "forwarded" : flags.draft() ? "drafts" : "dot";
  }

  /** What the symbol says, as a key of the texts; empty for an ordinary message that was read. */
  public String statusWord() {
    return switch (status()) {
      case "ban" -> "list.deleted";
      case "drafts" -> "list.draft";
      case "dot" -> flags.seen() ? "" : "list.unread";
      case String symbol -> "list." + symbol;
    };
  }
}
