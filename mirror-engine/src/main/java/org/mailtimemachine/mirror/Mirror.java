package org.mailtimemachine.mirror;

import java.util.List;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * A rule: copies of mail for an address or a domain go to one or more mirror mailboxes, and are
 * removed there after a number of days.
 *
 * @param destinations the mirror mailboxes, at least one, none twice
 * @param days how long a copy is kept, {@value #SHORTEST_DAYS} to {@value #LONGEST_DAYS}
 */
public record Mirror(MirrorSource source, List<MailboxAddress> destinations, int days) {

  public static final int SHORTEST_DAYS = 1;
  public static final int LONGEST_DAYS = 3650;

  public Mirror {
    destinations = List.copyOf(destinations);
    if (destinations.isEmpty() || destinations.stream().distinct().count() < destinations.size()) {
      throw new IllegalArgumentException("a mirror needs destinations, each once: " + destinations);
    }
    if (days < SHORTEST_DAYS || days > LONGEST_DAYS) {
      throw new IllegalArgumentException(
          "days to mirror must be " + SHORTEST_DAYS + " to " + LONGEST_DAYS + ": " + days);
    }
    for (MailboxAddress destination : destinations) {
      if (source.covers(destination) && source instanceof MirrorSource.SingleRecipient) {
        throw new IllegalArgumentException(
            "the mailbox " + destination + " cannot be its own mirror: its mail would expire");
      }
    }
  }
}
