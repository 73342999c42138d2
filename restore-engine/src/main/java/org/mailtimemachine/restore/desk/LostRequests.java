package org.mailtimemachine.restore.desk;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.Restorer;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;

/**
 * Requests that the Store knows better than the database, which was lost or is an older one. A
 * draft is in the database before its job is in the Store, and the job goes before the draft does:
 * so what is in the Store alone, while nobody can touch it, was lost. Safe for use by several
 * threads and several servers.
 */
final class LostRequests {

  private static final System.Logger LOG = System.getLogger(LostRequests.class.getName());

  /** What nothing can be done of yet, where the database is right. */
  private static final Set<RequestState> NOT_BEGUN =
      EnumSet.of(RequestState.DRAFT, RequestState.PENDING);

  private final RequestBook book;
  private final RequestLimits limits;
  private final InstantSource clock;

  LostRequests(RequestBook book, RequestLimits limits, InstantSource clock) {
    this.book = book;
    this.limits = limits;
    this.clock = clock;
  }

  /** Files them again; one of which that fails is named in the log, and keeps no other from it. */
  void fileAgain(Restorer restorer) throws IOException {
    for (Restorer.Unfinished job : restorer.unfinished()) {
      try {
        if (isLost(job.id(), job.begun())) {
          fileAgain(restorer, job.id());
        }
      } catch (IOException | RuntimeException e) {
        LOG.log(
            System.Logger.Level.WARNING, "The database may have lost the request " + job.id(), e);
      }
    }
  }

  private boolean isLost(UUID id, boolean begun) {
    return book.find(id).map(known -> begun && NOT_BEGUN.contains(known.state())).orElse(true);
  }

  private void fileAgain(Restorer restorer, UUID id) throws IOException {
    restorer.ifUnfinished(
        id,
        (plan, begun, request) -> {
          if (isLost(id, begun)) {
            fileAgain(plan, begun, note(id, request));
          }
        });
  }

  private void fileAgain(RestorePlan plan, boolean begun, RequestNote note) {
    Instant now = clock.instant();
    // What was begun had been confirmed: an administrator says how it goes on.
    RequestState state = begun ? RequestState.STOPPED : RequestState.PENDING;
    FiledRequest found =
        FiledRequest.found(
            plan,
            note,
            state,
            new Decision(AuditEntry.SYSTEM, now, ""),
            now.plus(limits.toConfirm()));
    AuditEntry entry =
        new AuditEntry(
            now,
            AuditEntry.SYSTEM,
            "restore.found",
            found.mailbox().toString(),
            "request %s, snapshot %s: %s".formatted(found.id(), found.snapshot(), state));
    Optional<FiledRequest> older = book.find(found.id());
    boolean filed =
        older.isPresent()
            ? book.replace(older.get().state(), found, entry, Optional.empty())
            : book.keepFound(
                found, entry, begun ? Optional.empty() : Optional.of(Notice.Kind.REQUESTED));
    if (filed) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The database had lost the restore request {0} of {1}: it is filed again from the store",
          found.id(),
          found.mailbox());
    }
  }

  private static RequestNote note(UUID id, String request) {
    try {
      return RequestNote.parse(request, "requested");
    } catch (DamagedFileException e) {
      LOG.log(System.Logger.Level.WARNING, "What else was requested with " + id + " is lost", e);
      return RequestNote.NONE;
    }
  }
}
