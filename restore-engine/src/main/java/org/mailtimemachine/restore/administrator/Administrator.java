package org.mailtimemachine.restore.administrator;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * Somebody who decides what users ask for.
 *
 * @param name to sign in with: lower-case letters, digits, dots, hyphens, underscores
 * @param email where requests are told; may be empty
 * @param language of pages and mail
 * @param domains whose Mailboxes are seen and decided about, in lower case; empty for the whole
 *     host
 * @param disabled whether nobody can sign in with that name
 */
public record Administrator(
    String name, String email, Locale language, Optional<Set<String>> domains, boolean disabled) {

  private static final String NAME = "[a-z0-9][a-z0-9._-]{0,63}";

  /**
   * @throws IllegalArgumentException where a part is not what it must be; it is named
   */
  public Administrator {
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException(
          "a name has up to 64 lower-case letters, digits, dots, hyphens: " + name);
    }
    if (!email.isEmpty()) {
      MailboxAddress.of(email);
    }
    if (!Set.of("en", "it").contains(language.getLanguage())) {
      throw new IllegalArgumentException("a language is en or it: " + language);
    }
    domains = domains.map(Administrator::lowerCase);
    if (domains.filter(Set::isEmpty).isPresent()) {
      throw new IllegalArgumentException("an administrator of no domain can do nothing: " + name);
    }
  }

  private static Set<String> lowerCase(Set<String> domains) {
    Set<String> names = new TreeSet<>();
    for (String domain : domains) {
      // what a Mailbox can be of
      names.add(new MailboxAddress("postmaster", domain).domain().toLowerCase(Locale.ROOT));
      if (domain.isBlank() || domain.chars().anyMatch(Character::isWhitespace)) {
        throw new IllegalArgumentException("no domain: '" + domain + "'");
      }
    }
    return Set.copyOf(names);
  }

  /** Whether the whole host is theirs. */
  public boolean ofHost() {
    return domains.isEmpty();
  }

  /** Whether a Mailbox of that domain is theirs. */
  public boolean answersFor(String domain) {
    return domains.isEmpty() || domains.get().contains(domain.toLowerCase(Locale.ROOT));
  }
}
