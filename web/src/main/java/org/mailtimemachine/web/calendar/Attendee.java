package org.mailtimemachine.web.calendar;

import java.util.Locale;

/**
 * Somebody who has to do with an event.
 *
 * @param name empty where only the address is known
 * @param address as it is written, without {@code mailto:}
 */
public record Attendee(String name, String address, State state) {

  /** What he or she said to it (RFC 5545, 3.2.12). */
  public enum State {
    NEEDS_ACTION,
    ACCEPTED,
    DECLINED,
    TENTATIVE,
    DELEGATED
  }

  private static final int LONGEST = 200;

  static Attendee of(ContentLine line) {
    String value = ContentLine.clean(line.value());
    boolean mail = value.regionMatches(true, 0, "mailto:", 0, 7);
    return new Attendee(
        shortened(line.parameter("CN")),
        shortened(mail ? value.substring(7) : value),
        state(line.parameter("PARTSTAT")));
  }

  /** As {@code Anna Rossi <anna@example.org>}. */
  public String text() {
    return name.isEmpty() || name.equalsIgnoreCase(address) ? address : name + " <" + address + ">";
  }

  private static State state(String said) {
    return switch (said.toUpperCase(Locale.ROOT)) {
      case "ACCEPTED" -> State.ACCEPTED;
      case "DECLINED" -> State.DECLINED;
      case "TENTATIVE" -> State.TENTATIVE;
      case "DELEGATED" -> State.DELEGATED;
      default -> State.NEEDS_ACTION;
    };
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
  }
}
