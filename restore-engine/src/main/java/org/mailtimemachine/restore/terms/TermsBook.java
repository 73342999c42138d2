package org.mailtimemachine.restore.terms;

import java.util.Optional;
import java.util.SortedMap;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/**
 * Keeps the {@link Terms} of domains, and those of the host for all that have none of their own.
 * Each change is one transaction with its line in the audit log. Names of domains are in lower
 * case. Safe for use by several threads and several servers.
 */
public interface TermsBook {

  /** What holds for a domain, in whatever case it is written. */
  Terms of(String domain);

  /** What holds where a domain has no terms of its own. */
  Terms ofHost();

  /** Those that domains have of their own. */
  SortedMap<String, Terms> ofDomains();

  /**
   * Sets what holds from now on; what was asked for before keeps its price.
   *
   * @param domain empty for the host
   */
  void set(Optional<String> domain, Terms terms, AuditEntry entry);

  /** The host's hold for that domain, too. */
  void remove(String domain, AuditEntry entry);
}
