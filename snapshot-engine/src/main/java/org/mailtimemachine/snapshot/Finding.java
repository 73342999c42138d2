package org.mailtimemachine.snapshot;

import java.util.Optional;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * Something that is not as it was written.
 *
 * @param mailbox where it concerns one
 * @param snapshot where it concerns one
 * @param message the base name, encoded, where it concerns one
 * @param what the matter is, for a person
 */
public record Finding(
    Optional<MailboxAddress> mailbox,
    Optional<SnapshotName> snapshot,
    Optional<String> message,
    String what) {}
