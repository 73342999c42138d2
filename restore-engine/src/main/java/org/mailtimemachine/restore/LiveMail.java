package org.mailtimemachine.restore;

import java.io.IOException;
import java.time.InstantSource;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.MailHost;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/**
 * The live mail of a host: where restores look for messages, and put them back. Safe for use by
 * several threads; what it opens is not.
 */
@FunctionalInterface
public interface LiveMail {

  /**
   * Opens the live mail of one Mailbox. Close it after use.
   *
   * @throws RestoreException where the Mailbox is not there, or cannot be reached
   */
  LiveMailbox open(MailboxAddress mailbox) throws IOException;

  /** The Maildirs on this machine. */
  static LiveMail onDisk(MailboxSettings mail, InstantSource clock) {
    return mailbox ->
        new LiveMaildir(
            mailbox,
            MailHost.maildir(mail, mailbox, _ -> {})
                .orElseThrow(
                    () ->
                        new RestoreException(
                            Hindrance.MAILBOX_GONE,
                            "the mailbox %s is not on this host".formatted(mailbox))),
            mail.quotas(),
            clock);
  }
}
