package org.mailtimemachine.restore;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.snapshot.Store;

/**
 * What the Store knows of a restore; whoever may be at work on it is not disturbed.
 *
 * @param entries what became of the messages that were dealt with so far
 * @param notes what else an administrator should know
 * @param finished when it ended; empty where it has not
 * @param takenBack messages that were removed again
 * @param leftAlone those that a take-back has left, in the order of the plan
 * @param requested whether a Restore request stands behind it: then the console decides about it
 * @param stopped whether somebody has stopped it
 */
public record RestoreStatus(
    RestorePlan plan,
    List<Receipt.Entry> entries,
    List<Receipt.Note> notes,
    Optional<Instant> finished,
    long takenBack,
    List<LeftAlone> leftAlone,
    boolean requested,
    boolean stopped) {

  /** How far a restore is. */
  public enum State {
    /** Nothing is done of it. */
    WAITING,
    /** It goes on, or was interrupted and can be run again. */
    BEGUN,
    DONE,
    /** Somebody has stopped it; it can go on. */
    STOPPED,
    /** It was ended before all of it was done, and adds nothing more. */
    DROPPED,
    TAKEN_BACK
  }

  public RestoreStatus {
    entries = List.copyOf(entries);
    notes = List.copyOf(notes);
    leftAlone = List.copyOf(leftAlone);
  }

  /** The ids of all restores in a Store, in no order. */
  public static List<UUID> ids(Store store) throws IOException {
    return RestoreJob.all(store);
  }

  /** Looks at one; empty where there is none. */
  public static Optional<RestoreStatus> find(Store store, UUID id) throws IOException {
    Optional<RestorePlan> plan = RestoreJob.plan(store, id);
    if (plan.isEmpty()) {
      return Optional.empty();
    }
    try (RestoreJob job = RestoreJob.look(store, id)) {
      Optional<Receipt> receipt = job.receipt();
      List<Receipt.Entry> entries =
          receipt.isPresent() ? receipt.get().entries() : List.copyOf(job.done().values());
      TakenBackList takenBack = job.takenBack();
      return Optional.of(
          new RestoreStatus(
              plan.get(),
              entries,
              receipt.isPresent() ? receipt.get().notes() : List.copyOf(job.notes()),
              receipt.map(Receipt::finished),
              takenBack.removed().size(),
              leftAlone(entries, takenBack.leftAlone()),
              job.requested(),
              job.stopped()));
    }
  }

  private static List<LeftAlone> leftAlone(
      List<Receipt.Entry> entries, Map<String, LeftAlone.Why> left) {
    return entries.stream()
        .filter(entry -> entry.outcome() == Receipt.Outcome.ADDED)
        .filter(entry -> left.containsKey(entry.text()))
        .map(entry -> new LeftAlone(entry, left.getOrDefault(entry.text(), LeftAlone.Why.UNKNOWN)))
        .toList();
  }

  /** How far it is. */
  public State state() {
    if (takenBack > 0) {
      return State.TAKEN_BACK;
    }
    if (finished.isPresent()) {
      return entries.size() < plan.messages() ? State.DROPPED : State.DONE;
    }
    if (stopped) {
      return State.STOPPED;
    }
    return entries.isEmpty() ? State.WAITING : State.BEGUN;
  }

  /** Messages with this outcome. */
  public long count(Receipt.Outcome outcome) {
    return entries.stream().filter(entry -> entry.outcome() == outcome).count();
  }
}
