package org.mailtimemachine.mailstore.mailbox;

/**
 * The address of a Mailbox, as the directories {@code <domain>/<local part>} of a mail host name
 * it.
 *
 * <p>Both parts are safe as one path component each: not empty, not {@code .} or {@code ..}, no
 * slash, no control character, at most 255 bytes in UTF-8. Nothing is folded to lower case: the
 * file system decides what is the same directory.
 *
 * @param localPart what stands before the last {@code @}
 * @param domain what stands behind it
 */
public record MailboxAddress(String localPart, String domain)
    implements Comparable<MailboxAddress> {

  public MailboxAddress {
    PathComponent.require(localPart, "local part");
    PathComponent.require(domain, "domain");
    if (domain.indexOf('@') >= 0) {
      throw new IllegalArgumentException("domain with an @: " + domain);
    }
  }

  /**
   * Reads {@code local@domain}.
   *
   * @throws IllegalArgumentException where the text is no address or a part cannot be a directory
   */
  public static MailboxAddress of(String address) {
    int at = address.lastIndexOf('@');
    if (at < 0) {
      throw new IllegalArgumentException("no mailbox address: " + address);
    }
    return new MailboxAddress(address.substring(0, at), address.substring(at + 1));
  }

  @Override
  public int compareTo(MailboxAddress other) {
    int byDomain = domain.compareTo(other.domain);
    return byDomain != 0 ? byDomain : localPart.compareTo(other.localPart);
  }

  @Override
  public String toString() {
    return localPart + "@" + domain;
  }
}
