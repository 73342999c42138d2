package org.mailtimemachine.snapshot.mailboxes;

import java.io.IOException;
import java.util.List;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;

/**
 * A source that tells which Mailboxes a host has, and where below the root of all Maildirs each of
 * them lies. It is asked anew for each take. Safe for use by several threads.
 */
public interface Mailboxes {

  /**
   * Names every Mailbox that has a Maildir now.
   *
   * @param root the live root, or a frozen view of it
   * @throws IOException where the source cannot be asked as a whole. Nothing may be taken then:
   *     nobody could tell a Mailbox that is gone from one that was not named
   */
  void find(DirectoryHandle root, Findings findings) throws IOException;

  /**
   * Names one Mailbox, where it has a Maildir now; the same as {@link #find} of all, and as far as
   * the source can do it without looking at the others.
   *
   * @throws IOException where the source cannot be asked
   */
  default void find(DirectoryHandle root, MailboxAddress wanted, Findings findings)
      throws IOException {
    find(root, findings);
  }

  /** Is told what there is. */
  interface Findings {

    /**
     * A Mailbox.
     *
     * @param path of its Maildir, from the root
     */
    void mailbox(MailboxAddress address, List<FileName> path);

    /**
     * A user whom a database names and whose Maildir is not there: he never had mail, or what it
     * lies on is away.
     */
    void withoutMaildir(MailboxAddress address);

    /** Something that is no Mailbox, and that the administrator may want to know of. */
    void warning(String warning);

    /**
     * What may be a Mailbox, or hold some, and cannot be taken.
     *
     * @param what its address where that is known, else its path
     */
    void failed(String what, String why);
  }
}
