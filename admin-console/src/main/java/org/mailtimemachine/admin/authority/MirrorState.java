package org.mailtimemachine.admin.authority;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.mailtimemachine.mirror.server.PublishedFigures;

/**
 * How the process that mirrors is, for the host.
 *
 * @param inForce how many mirrors want copies
 * @param written when it told of itself last; empty where it has ended or never began
 * @param running whether that was just now
 * @param since when it began
 * @param copiedToday messages that a mirror wanted, since the day or the process began
 * @param waiting copies that are not in their mailboxes yet
 * @param lag since when the oldest of these waits
 * @param deferrals messages that were not taken since it began, as their copies could not be kept
 */
public record MirrorState(
    long inForce,
    Optional<Instant> written,
    boolean running,
    Instant since,
    long copiedToday,
    long waiting,
    Duration lag,
    long deferrals) {

  static MirrorState of(long inForce, PublishedFigures figures, Instant now) {
    return new MirrorState(
        inForce,
        figures.written(),
        figures.running(now),
        Instant.ofEpochSecond(figures.sum("started_seconds")),
        figures.sum("wanted_today"),
        figures.sum("waiting"),
        Duration.ofSeconds(figures.largest("lag_seconds")),
        figures.sum("deferrals_total"));
  }
}
