package org.mailtimemachine.web.message;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.mime.MessagePart;
import org.mailtimemachine.mailstore.mime.MessageSummary;
import org.mailtimemachine.mailstore.mime.ParsedMessage;
import org.mailtimemachine.mailstore.mime.PartContent;
import org.mailtimemachine.mailstore.mime.PartPath;
import org.mailtimemachine.web.calendar.Invitation;

/**
 * What a message holds beside its text that is more to a person than a file.
 *
 * @param invitations each once, however often the message repeats it
 * @param deliveries what a report says of the recipients
 * @param messages that were forwarded
 */
public record Enclosures(
    List<Invitation> invitations, List<Delivery> deliveries, List<Forwarded> messages) {

  private static final System.Logger LOG = System.getLogger(Enclosures.class.getName());

  private static final int MOST_MESSAGES = 20;
  private static final int MOST_TEXT_BYTES = 256 * 1024;

  private static final Set<String> CALENDARS =
      Set.of("text/calendar", "application/ics", "text/x-vcalendar");

  private static final Set<String> REPORTS =
      Set.of(
          "message/delivery-status",
          "message/global-delivery-status",
          "message/disposition-notification",
          "message/global-disposition-notification");

  /**
   * A message within the message.
   *
   * @param number of the part that holds it
   */
  public record Forwarded(int number, MessageSummary summary) {}

  public Enclosures {
    invitations = List.copyOf(invitations);
    deliveries = List.copyOf(deliveries);
    messages = List.copyOf(messages);
  }

  /**
   * Reads them.
   *
   * @param message opened, to be read from
   * @param parsed the same one
   * @param path of that message within the outermost one
   */
  public static Enclosures of(OpenedMessage message, ParsedMessage parsed, PartPath path)
      throws IOException {
    Set<Invitation> invitations = new LinkedHashSet<>();
    List<Delivery> deliveries = new ArrayList<>();
    List<Forwarded> messages = new ArrayList<>();
    for (MessagePart part : parsed.parts()) {
      if (calendar(part) && invitations.size() < Invitation.MOST_EVENTS) {
        invitations.addAll(Invitation.read(text(parsed, part)));
      } else if (REPORTS.contains(part.contentType()) && deliveries.isEmpty()) {
        deliveries.addAll(Delivery.read(text(parsed, part)));
      }
    }
    if (path.canGoDeeper() && parsed.parts().stream().anyMatch(MessagePart::message)) {
      message
          .forwarded(MOST_MESSAGES)
          .forEach((number, summary) -> messages.add(new Forwarded(number, summary)));
    }
    return new Enclosures(List.copyOf(invitations), deliveries, messages);
  }

  private static boolean calendar(MessagePart part) {
    return CALENDARS.contains(part.contentType())
        || (part.contentType().equals("application/octet-stream")
            && part.name().toLowerCase(Locale.ROOT).endsWith(".ics"));
  }

  /** The text of a part; none where it is broken: it can still be downloaded. */
  private static String text(ParsedMessage parsed, MessagePart part) {
    Optional<PartContent> opened = parsed.contents().open(part.number());
    if (opened.isEmpty()) {
      return "";
    }
    try (PartContent content = opened.get()) {
      return content.text(MOST_TEXT_BYTES);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> part.contentType() + " cannot be decoded", e);
      return "";
    }
  }
}
