package org.mailtimemachine.snapshot.mailboxes;

import java.io.IOException;
import java.util.Optional;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Quota;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;

/** What live Mailboxes hold and may hold. Safe for use by several threads. */
public interface Quotas {

  /**
   * What a Mailbox holds and may hold.
   *
   * @param root of its Maildir
   * @return empty where nobody can say
   */
  Optional<Quota> of(MailboxAddress mailbox, DirectoryHandle root) throws IOException;

  /** Messages came into a Mailbox or went from it past its server: it is to be counted anew. */
  void changed(MailboxAddress mailbox, DirectoryHandle root) throws IOException;

  /** By the file {@code maildirsize} of Maildir++; where a host has none, nobody knows. */
  static Quotas ofMaildirs() {
    return new Quotas() {
      @Override
      public Optional<Quota> of(MailboxAddress mailbox, DirectoryHandle root) {
        return Quota.read(root);
      }

      @Override
      public void changed(MailboxAddress mailbox, DirectoryHandle root) throws IOException {
        Quota.forget(root);
      }
    };
  }
}
