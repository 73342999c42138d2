package org.mailtimemachine.snapshot.catalogue;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * Keeps what the owner of a Mailbox prefers in the webmail, from one browser to the next: one short
 * text for each Mailbox, whose words are the webmail's own affair. It lies beside the Catalogue and
 * goes when the Mailbox is forgotten; unlike the Catalogue it cannot be derived again, and nothing
 * but convenience is lost with it. Safe for use by several threads.
 */
public interface MailboxPreferences {

  /** Characters that are kept at most. */
  int LONGEST = 1_000;

  /** What was kept last; empty where nothing ever was. */
  Optional<String> find(MailboxAddress mailbox);

  /**
   * Keeps a text in place of the one before. Changes of one Mailbox follow each other, so that none
   * is lost where two browsers choose at once.
   *
   * @param change makes the new text of the one before, which is empty where nothing ever was kept
   * @return the new text
   * @throws IllegalArgumentException where it is longer than {@value #LONGEST} characters
   */
  String change(MailboxAddress mailbox, UnaryOperator<String> change);
}
