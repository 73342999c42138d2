package org.mailtimemachine.snapshot.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * One line of the audit log.
 *
 * @param when it happened, to the microsecond
 * @param who did it: an administrator's name, the address of a user, or {@code system}
 * @param action what it was, in the words of the program: {@code restore.confirm} for example
 * @param subject what it was done to: usually the address of a Mailbox, whose domain's
 *     administrators may see the line
 * @param detail what else is to be known; never the content of mail
 */
public record AuditEntry(Instant when, String who, String action, String subject, String detail) {

  /** Who does what nobody asked for at that moment. */
  public static final String SYSTEM = "system";

  public AuditEntry {
    // What the database keeps, so that a line reads the same when its seal is checked.
    when = when.truncatedTo(ChronoUnit.MICROS);
  }
}
