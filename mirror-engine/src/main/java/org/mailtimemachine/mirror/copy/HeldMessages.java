package org.mailtimemachine.mirror.copy;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;

/**
 * What was not answered for when an earlier process died. The mail server sends it again under the
 * same {@link Arrival#key}, which says what becomes of it; what it does not send again for as long
 * as mail servers try the next hop may have had. Safe for use by several threads.
 */
final class HeldMessages {

  private static final Logger LOG = System.getLogger(HeldMessages.class.getName());

  /** As long as Postfix tries (its maximal_queue_lifetime). */
  private static final Duration SENT_AGAIN_WITHIN = Duration.ofDays(5);

  private final DirectoryHandle directory;
  private final EnvelopeFiles envelopes;
  private final Clock clock;
  private final Instant opened;
  private final Map<String, List<SpooledMessage>> byKey = new ConcurrentHashMap<>();

  HeldMessages(DirectoryHandle directory, EnvelopeFiles envelopes, Clock clock) {
    this.directory = directory;
    this.envelopes = envelopes;
    this.clock = clock;
    this.opened = clock.instant();
  }

  /** Holds them, in files of their own. */
  synchronized void add(Collection<SpooledMessage> messages) {
    for (SpooledMessage each : envelopes.move(List.copyOf(messages), EnvelopeFiles.UNANSWERED)) {
      byKey.computeIfAbsent(each.arrival().key(), _ -> new ArrayList<>()).add(each);
    }
  }

  /** How many messages are held. */
  int size() {
    return byKey.values().stream().mapToInt(List::size).sum();
  }

  /**
   * A message has come again, and its fate is decided.
   *
   * @param arrival as it came now
   * @param decided of its recipients those whom the next hop has answered for, or refused; to
   *     others it may come in another part
   */
  void settle(Arrival arrival, Collection<String> decided) {
    if (byKey.isEmpty()) {
      return; // as a rule
    }
    String key = arrival.key();
    if (byKey.containsKey(key)) {
      settle(key, decided);
    }
  }

  private synchronized void settle(String key, Collection<String> decided) {
    List<SpooledMessage> held = byKey.remove(key);
    if (held == null) {
      return; // somebody else was first
    }
    List<SpooledMessage> rest = new ArrayList<>();
    for (SpooledMessage each : held) {
      Optional<Arrival> left = each.arrival().without(decided);
      if (left.isPresent()) {
        rest.add(each.as(left.get()));
      } else {
        forget(each);
      }
    }
    add(rest); // whose key is another one, where no queue id tells it
  }

  private void forget(SpooledMessage message) {
    try {
      envelopes.forget(message);
      directory.unlink(message.id());
    } catch (IOException e) {
      LOG.log(Level.WARNING, "what came again stays in the spool: " + message.id(), e);
    }
  }

  /** What nobody has sent again for too long; it is not held any more. */
  synchronized List<SpooledMessage> takeOverdue() {
    Instant before = clock.instant().minus(SENT_AGAIN_WITHIN);
    List<SpooledMessage> overdue = new ArrayList<>();
    byKey
        .values()
        .removeIf(
            held ->
                held.stream().allMatch(message -> since(message).isBefore(before))
                    && overdue.addAll(held));
    for (SpooledMessage each : overdue) {
      LOG.log(Level.WARNING, "a message that nobody sent again is mirrored: " + each.id());
    }
    return overdue;
  }

  /** What came under a clock that was ahead would be held until that time comes. */
  private Instant since(SpooledMessage message) {
    Instant time = message.arrival().time();
    return time.isBefore(opened) ? time : opened;
  }
}
