package org.mailtimemachine.snapshot.audit;

import java.util.Optional;
import java.util.Set;

/**
 * Which lines of the log are meant.
 *
 * @param domains only those whose subject is a Mailbox of these domains; empty for all lines
 * @param text only those that have it somewhere, in capitals or not; empty for all
 */
public record AuditFilter(Optional<Set<String>> domains, String text) {

  /** All of them. */
  public static final AuditFilter ALL = new AuditFilter(Optional.empty(), "");

  public AuditFilter {
    domains = domains.map(Set::copyOf);
  }
}
