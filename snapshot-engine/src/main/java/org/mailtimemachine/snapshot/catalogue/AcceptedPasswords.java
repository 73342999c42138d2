package org.mailtimemachine.snapshot.catalogue;

import java.time.Instant;
import java.util.Optional;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * Keeps, for each Mailbox, what proves the last password that the mail server took, for days on
 * which it does not answer. Lies beside the Catalogue and goes when the Mailbox is forgotten;
 * nothing but convenience is lost with it. Safe for use by several threads.
 */
public interface AcceptedPasswords {

  /**
   * A slow hash of a password, and when the mail server took it.
   *
   * @param hash from which the password cannot be had
   */
  record Proof(String hash, Instant at) {}

  /** The last one of a Mailbox. */
  Optional<Proof> find(MailboxAddress mailbox);

  /**
   * Keeps one in place of the one before.
   *
   * @param oldest all that were accepted before this go, whosever they are
   */
  void keep(MailboxAddress mailbox, Proof proof, Instant oldest);
}
