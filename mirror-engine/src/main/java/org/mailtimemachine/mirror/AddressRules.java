package org.mailtimemachine.mirror;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * Which addresses mean the same mailbox on this host.
 *
 * @param separators characters between a user and the tag of a plus-address, as the mail server has
 *     them (recipient_delimiter of Postfix and Dovecot); none where there are no such addresses
 * @param aliasDomains domains whose addresses are those of another one, in lower case
 */
public record AddressRules(String separators, Map<String, String> aliasDomains) {

  /** As Dovecot and most hosts have it: {@code user+tag}, and no alias domains. */
  public static final AddressRules USUAL = new AddressRules("+", Map.of());

  public AddressRules {
    Map<String, String> lower = new TreeMap<>();
    aliasDomains.forEach((alias, domain) -> lower.put(lower(alias), lower(domain)));
    lower.forEach(
        (alias, domain) -> {
          if (lower.containsKey(domain)) {
            throw new IllegalArgumentException(
                "%s is an alias of %s, which is an alias itself".formatted(alias, domain));
          }
        });
    aliasDomains = Map.copyOf(lower);
  }

  /** The domain itself, in lower case: of an alias the one that it stands for. */
  public String domain(String domain) {
    String lower = lower(domain);
    return aliasDomains.getOrDefault(lower, lower);
  }

  /**
   * The same address in lower case and in its own domain, with its tag; never an error, as it is
   * asked for whatever a stranger says behind RCPT TO.
   */
  public MailboxAddress plain(MailboxAddress address) {
    try {
      return new MailboxAddress(lower(address.localPart()), domain(address.domain()));
    } catch (IllegalArgumentException e) {
      return address; // in lower case it is longer than a name can be
    }
  }

  /**
   * The addresses that a recipient is an address of, in the order in which mail servers look them
   * up: with its tag, and without it. What is before the tag may be no name, as in {@code ..+tag}.
   */
  public List<MailboxAddress> forms(MailboxAddress recipient) {
    MailboxAddress whole = plain(recipient);
    String local = whole.localPart();
    for (int i = 1; i < local.length(); i++) {
      if (separators.indexOf(local.charAt(i)) >= 0) {
        String user = local.substring(0, i);
        return user.equals(".") || user.equals("..")
            ? List.of(whole)
            : List.of(whole, new MailboxAddress(user, whole.domain()));
      }
    }
    return List.of(whole);
  }

  /** Whether mail to this recipient is mail for that address. */
  public boolean isFor(MailboxAddress recipient, MailboxAddress address) {
    return forms(recipient).contains(plain(address));
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
