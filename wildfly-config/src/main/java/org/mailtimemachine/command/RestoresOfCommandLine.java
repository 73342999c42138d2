package org.mailtimemachine.command;

import java.io.IOException;
import java.time.Clock;
import java.util.UUID;
import org.mailtimemachine.restore.Receipt;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.RestoreStatus;
import org.mailtimemachine.restore.Restorer;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/** Keeps what the command line does to a Mailbox for the audit log. */
final class RestoresOfCommandLine {

  private final Restorer restorer;
  private final RestorePlan plan;
  private final Clock clock;

  RestoresOfCommandLine(Restorer restorer, RestorePlan plan, Clock clock) {
    this.restorer = restorer;
    this.plan = plan;
    this.clock = clock;
  }

  /**
   * A restore that the command line may touch.
   *
   * @throws CommandFailed where there is none, or a Restore request stands behind it
   */
  static RestoreStatus require(Store store, StoreOptions options, UUID id) throws IOException {
    RestoreStatus status =
        RestoreStatus.find(store, id)
            .orElseThrow(
                () ->
                    new CommandFailed(
                        "There is no restore " + id + " in " + options.store() + "."));
    if (status.requested()) {
      throw new CommandFailed(
          "The restore "
              + id
              + " was requested in the webmail: it is confirmed, stopped, given up and taken back in"
              + " the console, under Requests, where its user and the log are told. Nothing was"
              + " done.");
    }
    return status;
  }

  /**
   * The same, of one that was not taken back: there is nothing more to be done with it.
   *
   * @throws CommandFailed also where it was, unless whoever did so was interrupted
   */
  static RestoreStatus requireNotTakenBack(
      Store store, StoreOptions options, Restorer restorer, UUID id) throws IOException {
    RestoreStatus status = require(store, options, id);
    if (status.state() == RestoreStatus.State.TAKEN_BACK && restorer.takesBack(id).isEmpty()) {
      throw new CommandFailed(
          ("The restore %s was taken back already, %d of %d messages; 'mtm restore show %s' names"
                  + " what is left, and why. Nothing was done.")
              .formatted(id, status.takenBack(), status.count(Receipt.Outcome.ADDED), id));
    }
    return status;
  }

  void add(String action, Receipt receipt) throws IOException {
    add(
        action,
        "added %d, there %d, refused %d"
            .formatted(
                receipt.count(Receipt.Outcome.ADDED),
                receipt.count(Receipt.Outcome.THERE),
                receipt.count(Receipt.Outcome.REFUSED)));
  }

  void add(String action, String detail) throws IOException {
    restorer.noteByHand(
        plan.id(),
        new AuditEntry(
            clock.instant(),
            "mtm (" + System.getProperty("user.name") + ")",
            action,
            plan.into().toString(),
            "restore %s of %s, snapshot %s%s"
                .formatted(
                    plan.id(),
                    plan.mailbox(),
                    plan.snapshot(),
                    detail.isEmpty() ? "" : ": " + detail)));
  }
}
