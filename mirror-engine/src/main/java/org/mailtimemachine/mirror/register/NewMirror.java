package org.mailtimemachine.mirror.register;

import java.util.List;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.MirrorSource;

/**
 * A Mirror that somebody wants.
 *
 * @param ownMailbox whether a mailbox is to be made for it, {@code _mirror_user@domain} or {@code
 *     _mirror@domain}
 * @param existing mailboxes that are there already and are to get its copies
 * @param days how long a copy is kept
 * @param readOnly whether it is for audit
 * @param olderMailMayGo whether whoever wants it has been told that in the existing mailboxes, and
 *     in one that an earlier mirror has left, <em>all</em> mail that is older than these days will
 *     be deleted
 */
public record NewMirror(
    MirrorSource source,
    boolean ownMailbox,
    List<MailboxAddress> existing,
    int days,
    boolean readOnly,
    boolean olderMailMayGo) {

  public NewMirror {
    existing = List.copyOf(existing);
  }
}
