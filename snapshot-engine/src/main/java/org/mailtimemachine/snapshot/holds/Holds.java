package org.mailtimemachine.snapshot.holds;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/**
 * Keeps holds. Each change is one transaction with its line in the audit log. Safe for use by
 * several threads and several servers.
 */
public interface Holds {

  /**
   * The newest ones, those that stand first, also those that were lifted.
   *
   * @param domains only those about these domains; empty for all
   * @param offset so many are passed over
   */
  List<Hold> newest(Optional<Set<String>> domains, long offset, int most);

  /** How many there are of these. */
  long count(Optional<Set<String>> domains);

  Optional<Hold> find(UUID id);

  void place(Hold hold, AuditEntry entry);

  /**
   * Ends a hold; administrators of the host are told so by mail.
   *
   * @return whether it was not ended before
   */
  boolean lift(UUID id, Hold.Lifted lifted, AuditEntry entry);

  /**
   * The right to let the Store follow the holds, which one server at a time has: one that pins for
   * minutes must not meet another that finds a hold lifted and settled. Empty where another has it.
   */
  Optional<Turn> tryTurn();

  /** Given back when it is closed. */
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Notes what became of a hold that stands.
   *
   * @param failing Mailboxes of which not every day could be pinned; at 0 it is in force
   */
  void kept(UUID id, int failing, Instant when);

  /** All whose pins are in the Store, or should be, or are to be removed. */
  List<Hold> unsettled();

  /** It was lifted, and its pins are gone. */
  void settled(UUID id);
}
