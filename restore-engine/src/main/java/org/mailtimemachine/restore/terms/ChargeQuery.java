package org.mailtimemachine.restore.terms;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which charges are meant.
 *
 * @param domains only those of Mailboxes of these domains; empty for all
 * @param mailbox only those of addresses with that in them, in capitals or not; empty for all
 * @param from only those confirmed then or later
 * @param to only those confirmed before
 * @param newestFirst else the oldest come first
 * @param offset of the first one that is shown
 * @param limit of how many are shown
 */
public record ChargeQuery(
    Optional<Set<String>> domains,
    String mailbox,
    Optional<Instant> from,
    Optional<Instant> to,
    boolean newestFirst,
    long offset,
    int limit) {

  public ChargeQuery {
    domains = domains.map(Set::copyOf);
  }
}
