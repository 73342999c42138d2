package org.mailtimemachine.mirror;

import java.util.Locale;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** Whose mail a Mirror copies: decided by the RCPT TO of the session, before any alias. */
public sealed interface MirrorSource {

  /**
   * Whether mail to this recipient is copied. Domains and local parts are compared without case.
   */
  boolean covers(MailboxAddress recipient);

  /** Single Recipient: one address. */
  record SingleRecipient(MailboxAddress address) implements MirrorSource {
    @Override
    public boolean covers(MailboxAddress recipient) {
      return lower(recipient.toString()).equals(lower(address.toString()));
    }
  }

  /** All Recipients: every address of a domain. */
  record AllRecipients(String domain) implements MirrorSource {
    @Override
    public boolean covers(MailboxAddress recipient) {
      return lower(recipient.domain()).equals(lower(domain));
    }
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
