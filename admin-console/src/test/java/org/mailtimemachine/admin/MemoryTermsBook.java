package org.mailtimemachine.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.mailtimemachine.restore.terms.Terms;
import org.mailtimemachine.restore.terms.TermsBook;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/** The terms of domains in memory. */
public final class MemoryTermsBook implements TermsBook {

  private final SortedMap<String, Terms> terms = new TreeMap<>();

  /** Every entry that a change brought. */
  public final List<AuditEntry> entries = new ArrayList<>();

  @Override
  public synchronized Terms of(String domain) {
    return terms.getOrDefault(domain.toLowerCase(Locale.ROOT), ofHost());
  }

  @Override
  public synchronized Terms ofHost() {
    return terms.getOrDefault("", Terms.USUAL);
  }

  @Override
  public synchronized SortedMap<String, Terms> ofDomains() {
    SortedMap<String, Terms> own = new TreeMap<>(terms);
    own.remove("");
    return own;
  }

  @Override
  public synchronized void set(Optional<String> domain, Terms now, AuditEntry entry) {
    terms.put(domain.orElse(""), now);
    entries.add(entry);
  }

  @Override
  public synchronized void remove(String domain, AuditEntry entry) {
    terms.remove(domain);
    entries.add(entry);
  }
}
