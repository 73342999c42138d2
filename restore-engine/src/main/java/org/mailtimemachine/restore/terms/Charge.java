package org.mailtimemachine.restore.terms;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * What is owed for a Restore request that was confirmed. There is one for each at most.
 *
 * @param request its id
 * @param messages that were to be added, and once it is done: that were
 * @param bytes of these
 * @param withdrawn when it was found that nothing is owed after all: the restore failed
 * @param number in the order in which charges arose: whoever has seen one has seen, or could have
 *     seen, all with smaller numbers
 * @param changed the same over all changes: a charge that is withdrawn, or becomes less, takes the
 *     next one
 */
public record Charge(
    UUID request,
    MailboxAddress mailbox,
    Instant confirmed,
    long messages,
    long bytes,
    Money amount,
    Optional<Instant> withdrawn,
    long number,
    long changed) {}
