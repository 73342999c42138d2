package org.mailtimemachine.web.message;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mailtimemachine.mailstore.mime.UnseenText;

/**
 * What a report says became of a message for one recipient (RFC 3464), or that somebody saw it (RFC
 * 8098). All text is what the reporting server wrote.
 *
 * @param recipient whom the message was for
 * @param outcome what became of it
 * @param status as {@code 5.1.1}; empty where the report has none
 * @param reason the words of the server that said so; empty where there are none
 */
public record Delivery(String recipient, Outcome outcome, String status, String reason) {

  /** What became of a message. */
  public enum Outcome {
    FAILED,
    DELAYED,
    DELIVERED,
    RELAYED,
    EXPANDED,
    DISPLAYED,
    DELETED,
    OTHER
  }

  private static final int MOST = 50;
  private static final int MOST_LINES = 5_000;
  private static final int LONGEST = 1_000;

  /** The recipients that a report names; empty where it is no such report. */
  static List<Delivery> read(String report) {
    List<Delivery> deliveries = new ArrayList<>();
    Map<String, String> group = new HashMap<>();
    String name = "";
    for (String line : (Iterable<String>) report.lines().limit(MOST_LINES)::iterator) {
      int colon = line.indexOf(':');
      if (line.isBlank()) {
        add(group, deliveries);
        group.clear();
        name = "";
      } else if (line.startsWith(" ") || line.startsWith("\t")) {
        group.computeIfPresent(name, (field, value) -> shortened(value + " " + line.strip()));
      } else if (colon > 0) {
        name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        group.putIfAbsent(name, shortened(line.substring(colon + 1).strip()));
      }
    }
    add(group, deliveries);
    return deliveries;
  }

  private static void add(Map<String, String> group, List<Delivery> deliveries) {
    String recipient =
        group.getOrDefault("original-recipient", group.getOrDefault("final-recipient", ""));
    String action = group.getOrDefault("action", group.getOrDefault("disposition", ""));
    if (!recipient.isEmpty() && !action.isEmpty() && deliveries.size() < MOST) {
      deliveries.add(
          new Delivery(
              value(recipient),
              outcome(action),
              group.getOrDefault("status", "").replaceFirst("\\s.*", ""),
              value(group.getOrDefault("diagnostic-code", ""))));
    }
  }

  /** Without the type before it: {@code rfc822; anna@example.org}. */
  private static String value(String typed) {
    return UnseenText.removedFrom(typed.substring(typed.indexOf(';') + 1)).strip();
  }

  private static Outcome outcome(String action) {
    String word = action.toLowerCase(Locale.ROOT);
    String last = word.substring(word.lastIndexOf(';') + 1).strip().replaceFirst("[\\s(/].*", "");
    return switch (last) {
      case "failed" -> Outcome.FAILED;
      case "delayed" -> Outcome.DELAYED;
      case "delivered" -> Outcome.DELIVERED;
      case "relayed" -> Outcome.RELAYED;
      case "expanded" -> Outcome.EXPANDED;
      case "displayed" -> Outcome.DISPLAYED;
      case "deleted" -> Outcome.DELETED;
      default -> Outcome.OTHER;
    };
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
  }
}
