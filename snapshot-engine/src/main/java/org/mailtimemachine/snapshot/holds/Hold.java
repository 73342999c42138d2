package org.mailtimemachine.snapshot.holds;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Pin;
import org.mailtimemachine.snapshot.SnapshotName;

/**
 * Keeps every Snapshot of a Mailbox, or of all Mailboxes of a domain, from expiring: those that are
 * there, and those that are taken while it stands. In the Store it is a {@link Pin} of each, which
 * counts also where no database is.
 *
 * @param domain in lower case
 * @param mailbox empty for all of the domain
 * @param reason for a person
 * @param until the last day on which it stands, in the zone of the host; without it, it stands
 *     until it is lifted
 * @param who placed it
 * @param byHost whether that was an administrator of the whole host: only such a one lifts it, and
 *     why it was placed is not for those of the domain
 * @param lifted by whom; empty while it stands
 * @param inForce when every day that was there was found pinned the last time; empty before
 * @param failing Mailboxes of which not every day could be pinned at the latest look
 */
public record Hold(
    UUID id,
    String domain,
    Optional<MailboxAddress> mailbox,
    String reason,
    Optional<LocalDate> until,
    String who,
    boolean byHost,
    Instant since,
    Optional<Lifted> lifted,
    Optional<Instant> inForce,
    int failing) {

  /** What is said instead of the reasons of the host, in the Store too. */
  private static final String BY_HOST = "a hold of the host";

  /** Longer reasons are files. */
  public static final int LONGEST_REASON = 1_000;

  /** Who ended a hold, and why. */
  public record Lifted(String who, Instant when, String reason) {

    public Lifted {
      requireReason(reason);
    }
  }

  public Hold {
    requireReason(reason);
  }

  private static void requireReason(String reason) {
    if (reason.isBlank() || reason.length() > LONGEST_REASON) {
      throw new IllegalArgumentException(
          "a reason has 1 to " + LONGEST_REASON + " characters: " + reason.length());
    }
  }

  /** What it is about: an address or a domain. */
  public String subject() {
    return mailbox.map(MailboxAddress::toString).orElse(domain);
  }

  /** Whether it stands on that day. */
  public boolean stands(LocalDate today) {
    return lifted.isEmpty() && until.filter(today::isAfter).isEmpty();
  }

  /** Whether every day of it is pinned, as far as is known. */
  public boolean isInForce() {
    return inForce.isPresent() && failing == 0;
  }

  /** The same as others than the host may see it. */
  public Hold withoutReasonsOfHost() {
    return byHost
        ? new Hold(
            id,
            domain,
            mailbox,
            BY_HOST,
            until,
            who,
            true,
            since,
            lifted.map(end -> new Lifted(end.who(), end.when(), BY_HOST)),
            inForce,
            failing)
        : this;
  }

  /** Whether it is about a Mailbox. */
  public boolean covers(MailboxAddress address) {
    return mailbox.isPresent()
        ? mailbox.get().equals(address)
        : domain.equals(address.domain().toLowerCase(Locale.ROOT));
  }

  /** The id of its pins. */
  String pinId() {
    return "hold-" + id;
  }

  Pin pin(SnapshotName snapshot) {
    return new Pin(snapshot, pinId(), who, byHost ? BY_HOST : reason, since, until);
  }
}
