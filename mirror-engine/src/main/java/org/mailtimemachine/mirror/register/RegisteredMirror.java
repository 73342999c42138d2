package org.mailtimemachine.mirror.register;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.Mirror;

/**
 * A Mirror as it stands in the register.
 *
 * @param id eight hexadecimal digits
 * @param readOnly whether its copies are for audit: nobody can change them, each arrival and expiry
 *     is sealed, and no IMAP server offers them
 * @param own those of its destinations that were made for it; the others were mailboxes before
 * @param madeBy who made it
 * @param end absent as long as it is in force
 * @param earlier days that it had before, oldest first
 */
public record RegisteredMirror(
    String id,
    Mirror rule,
    boolean readOnly,
    List<MailboxAddress> own,
    String madeBy,
    Instant made,
    Optional<End> end,
    List<Earlier> earlier) {

  public RegisteredMirror {
    own = List.copyOf(own);
    earlier = List.copyOf(earlier);
    if (!id.matches("[0-9a-f]{8}")) {
      throw new IllegalArgumentException("no id of a mirror: " + id);
    }
    if (!rule.destinations().containsAll(own)) {
      throw new IllegalArgumentException("a mirror without its own mailbox: " + own);
    }
    if (readOnly && own.size() < rule.destinations().size()) {
      throw new IllegalArgumentException("a read-only mirror has mailboxes of its own: " + rule);
    }
  }

  /**
   * How a mirror ended. In mailboxes that were there before, mail stays in any case.
   *
   * @param mailStays whether the mailboxes made for it keep what they hold; otherwise it goes on
   *     expiring by the days of the mirror
   */
  public record End(String by, Instant time, boolean mailStays) {}

  /**
   * Days that a Mirror had until somebody changed them.
   *
   * @param until when they were changed
   */
  public record Earlier(int days, Instant until) {}

  /** Whether it copies mail. */
  public boolean inForce() {
    return end.isEmpty();
  }

  /** The days that it had then. */
  public int daysAt(Instant time) {
    return earlier.stream()
        .filter(each -> time.isBefore(each.until()))
        .findFirst()
        .map(Earlier::days)
        .orElse(rule.days());
  }

  RegisteredMirror withRule(Mirror changed, Instant now) {
    List<Earlier> days = new ArrayList<>(earlier);
    if (changed.days() != rule.days()) {
      days.add(new Earlier(rule.days(), now));
    }
    return new RegisteredMirror(id, changed, readOnly, own, madeBy, made, end, days);
  }

  RegisteredMirror ended(End how) {
    return new RegisteredMirror(id, rule, readOnly, own, madeBy, made, Optional.of(how), earlier);
  }
}
