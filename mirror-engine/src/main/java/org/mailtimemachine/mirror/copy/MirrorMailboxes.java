package org.mailtimemachine.mirror.copy;

import java.nio.file.Path;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** Where the host keeps mailboxes. */
@FunctionalInterface
public interface MirrorMailboxes {

  /** The Maildir of a mailbox, which may not exist yet. */
  Path maildir(MailboxAddress mailbox);
}
