package org.mailtimemachine.admin.authority;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.terms.Charge;
import org.mailtimemachine.restore.terms.ChargePage;
import org.mailtimemachine.restore.terms.ChargeQuery;
import org.mailtimemachine.restore.terms.Charges;
import org.mailtimemachine.restore.terms.Terms;
import org.mailtimemachine.restore.terms.TermsBook;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/**
 * What one administrator may see and change of prices, of who must confirm, and of what is owed.
 * Administrators of domains see what holds for theirs; the terms are the host's to change, or the
 * rule that wants two of them could be lifted by one.
 */
public final class TermsAuthority {

  private final Administrator administrator;
  private final TermsBook book;
  private final Charges charges;
  private final InstantSource clock;

  public TermsAuthority(
      Administrator administrator, TermsBook book, Charges charges, InstantSource clock) {
    this.administrator = administrator;
    this.book = book;
    this.charges = charges;
    this.clock = clock;
  }

  /** Whether terms can be changed. */
  public boolean changeable() {
    return administrator.ofHost();
  }

  /** What holds for whoever has no terms of his own; empty for administrators of domains. */
  public Optional<Terms> ofHost() {
    return administrator.ofHost() ? Optional.of(book.ofHost()) : Optional.empty();
  }

  /** What holds for each domain: of all that have terms of their own, or of those given. */
  public SortedMap<String, Terms> ofDomains() {
    if (administrator.domains().isEmpty()) {
      return book.ofDomains();
    }
    SortedMap<String, Terms> own = new TreeMap<>();
    administrator.domains().get().forEach(domain -> own.put(domain, book.of(domain)));
    return own;
  }

  /**
   * Sets what holds for what is requested from now on.
   *
   * @param domain empty for the host
   */
  public void set(Optional<String> domain, Terms terms) throws NotYoursException {
    require();
    book.set(domain, terms, entry("terms.set", domain.orElse("host"), terms.toString()));
  }

  /** Lets the host's terms hold for a domain. */
  public void remove(String domain) throws NotYoursException {
    require();
    book.remove(domain, entry("terms.remove", domain, ""));
  }

  private void require() throws NotYoursException {
    if (!changeable()) {
      throw new NotYoursException("terms");
    }
  }

  private AuditEntry entry(String action, String subject, String detail) {
    return new AuditEntry(clock.instant(), administrator.name(), action, subject, detail);
  }

  /**
   * What their Mailboxes owe.
   *
   * @param from only what was confirmed then or later
   * @param to only what was confirmed before
   */
  public ChargePage charges(
      String mailbox,
      Optional<Instant> from,
      Optional<Instant> to,
      boolean newestFirst,
      long offset,
      int limit) {
    return charges.page(
        new ChargeQuery(administrator.domains(), mailbox, from, to, newestFirst, offset, limit));
  }

  /** Those of the same with larger numbers, in their order. */
  public List<Charge> chargesAfter(
      long number, String mailbox, Optional<Instant> from, Optional<Instant> to, int limit) {
    return charges.after(number, query(mailbox, from, to, limit));
  }

  /** Those of the same that arose or were withdrawn after a change, in that order. */
  public List<Charge> chargesChangedAfter(
      long change, String mailbox, Optional<Instant> from, Optional<Instant> to, int limit) {
    return charges.changedAfter(change, query(mailbox, from, to, limit));
  }

  private ChargeQuery query(
      String mailbox, Optional<Instant> from, Optional<Instant> to, int limit) {
    return new ChargeQuery(administrator.domains(), mailbox, from, to, false, 0, limit);
  }
}
