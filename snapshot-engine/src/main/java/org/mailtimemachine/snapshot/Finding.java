package org.mailtimemachine.snapshot;

import java.util.Optional;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * Something that is not as it was written.
 *
 * @param snapshot where it concerns one
 * @param message the base name, encoded, where it concerns one
 * @param what the matter is, for a person
 */
public record Finding(
    MailboxAddress mailbox,
    Optional<SnapshotName> snapshot,
    Optional<String> message,
    String what) {}
