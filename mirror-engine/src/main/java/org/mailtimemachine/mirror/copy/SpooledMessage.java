package org.mailtimemachine.mirror.copy;

import java.util.Set;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.FileName;

/**
 * A message in the spool.
 *
 * @param id the name of its text there
 * @param noted where it stands whose it is
 * @param arrival of it, with the mirror mailboxes that do not have it yet
 * @param tried whether it may be in some of these already, and its text damaged meanwhile
 */
record SpooledMessage(FileName id, Noted noted, Arrival arrival, boolean tried) {

  /** The same, to be tried once more for these mailboxes; the others have it. */
  SpooledMessage again(Set<MailboxAddress> mailboxes) {
    return new SpooledMessage(id, noted, arrival.only(mailboxes), true);
  }

  /** The same, which stands elsewhere. */
  SpooledMessage notedIn(Noted place) {
    return new SpooledMessage(id, place, arrival, tried);
  }

  /** The same for fewer recipients. */
  SpooledMessage as(Arrival rest) {
    return new SpooledMessage(id, noted, rest, tried);
  }

  /** What it is called in a mirror mailbox; always the same, so that it is found there again. */
  String baseName() {
    return "%s,S=%d,W=%d".formatted(id.bytes(), arrival.bytes(), arrival.bytes());
  }

  Set<MailboxAddress> destinations() {
    return arrival.destinations().keySet();
  }
}
