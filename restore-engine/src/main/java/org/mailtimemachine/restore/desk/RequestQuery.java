package org.mailtimemachine.restore.desk;

import java.util.Optional;
import java.util.Set;

/**
 * Which requests a list has, the newest first.
 *
 * @param domains only of Mailboxes of these; empty for all
 * @param states in one of these
 * @param mailbox only those whose address has this in it; empty for all
 * @param limit at most so many
 */
public record RequestQuery(
    Optional<Set<String>> domains,
    Set<RequestState> states,
    String mailbox,
    long offset,
    int limit) {

  public RequestQuery {
    domains = domains.map(Set::copyOf);
    states = Set.copyOf(states);
  }
}
