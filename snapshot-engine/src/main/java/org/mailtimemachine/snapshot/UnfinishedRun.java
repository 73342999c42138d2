package org.mailtimemachine.snapshot;

import java.time.Instant;

/**
 * A run that was begun and has no record yet.
 *
 * @param started when it began, for the last time
 * @param done how many Mailboxes were done, about a second ago
 * @param total how many there are; 0 where it has not come to them
 * @param alive whether it goes on; else its process died or the take failed, and the next take
 *     removes what is left of it
 */
public record UnfinishedRun(
    SnapshotName name, Instant started, int done, int total, boolean alive) {}
