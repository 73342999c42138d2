package org.mailtimemachine.restore.desk;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/**
 * Keeps requests. Each change is one transaction, together with its line in the audit log, what is
 * to be told by mail, and its charge, which arises when it is confirmed and is withdrawn when it is
 * no longer {@link FiledRequest#owed}; of two who change the same request at once, one is told that
 * he was late. Drafts are found by nothing but {@link #drafts}. Safe for use by several threads and
 * several servers.
 */
public interface RequestBook {

  /**
   * Keeps a draft.
   *
   * @param limits how many of the Mailbox may be open, and filed within a day, this one included
   * @return why it was not kept: so many are open, or were filed, already; empty where it was
   */
  Optional<RequestRefusedException.Why> file(FiledRequest draft, RequestLimits limits);

  /** Why a draft that is filed now would not be kept; nothing is promised by it. */
  Optional<RequestRefusedException.Why> refusal(
      MailboxAddress mailbox, Instant now, RequestLimits limits);

  /**
   * Keeps a request that this book has lost and the Store has not.
   *
   * @return whether it was unknown; otherwise nothing has changed
   */
  boolean keepFound(FiledRequest request, AuditEntry entry, Optional<Notice.Kind> notice);

  /** Forgets a draft; anything else stays. */
  void forget(UUID draft);

  /** Drafts that were filed before a moment. */
  List<FiledRequest> drafts(Instant before);

  Optional<FiledRequest> find(UUID id);

  /** Those of a Mailbox, the newest first. */
  List<FiledRequest> ofMailbox(MailboxAddress mailbox, int most);

  RequestPage page(RequestQuery query);

  /** Those in a state, the oldest first. */
  default List<FiledRequest> in(RequestState state, int most) {
    return in(state, Set.of(), most);
  }

  /** The same without some, which would else stand before all others. */
  List<FiledRequest> in(RequestState state, Set<UUID> but, int most);

  /** Messages that a Mailbox asked for since a moment, by requests that are in these states. */
  long messagesSince(MailboxAddress mailbox, Instant moment, Set<RequestState> states);

  /**
   * Replaces a request by what became of it.
   *
   * @param from in which state it must still be
   * @param notice what is to be told of it; what was told of it before is not told again
   * @return whether it was in that state, and nobody else was the first to confirm it; otherwise
   *     nothing has changed
   */
  boolean replace(
      RequestState from, FiledRequest now, AuditEntry entry, Optional<Notice.Kind> notice);

  /**
   * Notes who is the first of two to confirm a request that waits.
   *
   * @param seen the request as it was when it was decided to do so
   * @return whether it still waits, and nobody else has been the first since
   */
  boolean confirmedFirst(FiledRequest seen, FiledRequest now, AuditEntry entry);

  /** Those that are decided, and hold their Snapshot still. */
  List<FiledRequest> holding(int most);

  /** It does not hold its Snapshot any more. */
  void released(UUID id);
}
