package org.mailtimemachine.snapshot.catalogue;

import java.time.Instant;
import org.mailtimemachine.snapshot.SnapshotName;

/**
 * One Snapshot of one Mailbox, for a list of days.
 *
 * @param takenAt when the taking began
 * @param messages how many messages it holds, in all Folders
 * @param indexed whether its Folders can be asked for already
 */
public record SnapshotSummary(SnapshotName name, Instant takenAt, long messages, boolean indexed) {}
