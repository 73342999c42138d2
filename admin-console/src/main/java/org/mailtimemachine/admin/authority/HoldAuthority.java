package org.mailtimemachine.admin.authority;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.holds.Hold;
import org.mailtimemachine.snapshot.holds.Holds;

/** Which legal holds one administrator sees, places and lifts: those about the domains given. */
public final class HoldAuthority {

  private final Administrator administrator;
  private final Holds holds;
  private final SnapshotStore store;
  private final int limit;
  private final Clock clock;

  /**
   * @param limit how many holds of a domain may stand at a time: each keeps days from expiring, and
   *     is looked at again and again
   * @param clock with the zone of the host
   */
  public HoldAuthority(
      Administrator administrator, Holds holds, SnapshotStore store, int limit, Clock clock) {
    this.administrator = administrator;
    this.holds = holds;
    this.store = store;
    this.limit = limit;
    this.clock = clock;
  }

  /** The newest ones, those that stand first. */
  public List<Hold> newest(long offset, int most) {
    return holds.newest(administrator.domains(), offset, most).stream().map(this::seen).toList();
  }

  /** How many there are. */
  public long count() {
    return holds.count(administrator.domains());
  }

  /** One of them. */
  public Hold hold(UUID id) throws NotYoursException {
    return holds
        .find(id)
        .filter(hold -> administrator.answersFor(hold.domain()))
        .map(this::seen)
        .orElseThrow(() -> new NotYoursException("hold " + id));
  }

  private Hold seen(Hold hold) {
    return administrator.ofHost() ? hold : hold.withoutReasonsOfHost();
  }

  /** Whether they may lift it, if it is theirs: what the host has placed only the host lifts. */
  public boolean mayLift(Hold hold) {
    return administrator.ofHost() || !hold.byHost();
  }

  /**
   * Places a hold.
   *
   * @param subject an address, or a domain
   * @param until empty until it is lifted
   * @throws IllegalArgumentException where a part is not what it must be
   * @throws NotYoursException where it is not theirs, or no Mailbox of it has Snapshots
   * @throws IllegalStateException where so many of the domain stand already
   */
  public Hold place(String subject, String reason, Optional<LocalDate> until)
      throws NotYoursException, IOException {
    Optional<MailboxAddress> mailbox =
        subject.contains("@") ? Optional.of(MailboxAddress.of(subject)) : Optional.empty();
    String domain =
        mailbox
            .map(MailboxAddress::domain)
            .orElseGet(() -> new MailboxAddress("postmaster", subject).domain())
            .toLowerCase(Locale.ROOT);
    Instant now = clock.instant();
    LocalDate today = LocalDate.ofInstant(now, clock.getZone());
    if (until.filter(today::isAfter).isPresent()) {
      throw new IllegalArgumentException("a hold until " + until.get() + " keeps nothing");
    }
    Hold hold =
        new Hold(
            UUID.randomUUID(),
            domain,
            mailbox,
            reason,
            until,
            administrator.name(),
            administrator.ofHost(),
            now,
            Optional.empty(),
            Optional.empty(),
            0);
    if (!administrator.answersFor(domain) || store.mailboxes().stream().noneMatch(hold::covers)) {
      throw new NotYoursException("mailboxes of " + subject);
    }
    if (standing(domain, today) >= limit) {
      throw new IllegalStateException(
          "%d holds of %s stand already (mtm.holds.limit)".formatted(limit, domain));
    }
    String detail =
        "hold %s%s%s"
            .formatted(
                hold.id(), until.map(day -> " until " + day).orElse(""), logged(hold, reason));
    holds.place(hold, new AuditEntry(now, administrator.name(), "hold.place", subject, detail));
    return hold;
  }

  private long standing(String domain, LocalDate today) {
    return holds.unsettled().stream()
        .filter(hold -> hold.domain().equalsIgnoreCase(domain) && hold.stands(today))
        .count();
  }

  /** Administrators of the domain read its lines of the log, too. */
  private static String logged(Hold hold, String reason) {
    return hold.byHost() ? "" : ": " + reason;
  }

  /**
   * Lifts a hold.
   *
   * @return whether it was not lifted before
   * @throws NotYoursException where it is not theirs, or the host has placed it and they are not
   *     the host's
   */
  public boolean lift(UUID id, String reason) throws NotYoursException {
    Hold hold = hold(id);
    if (!mayLift(hold)) {
      throw new NotYoursException("hold " + id + " of the host");
    }
    Instant now = clock.instant();
    return holds.lift(
        id,
        new Hold.Lifted(administrator.name(), now, reason),
        new AuditEntry(
            now,
            administrator.name(),
            "hold.lift",
            hold.subject(),
            "hold " + id + logged(hold, reason)));
  }
}
