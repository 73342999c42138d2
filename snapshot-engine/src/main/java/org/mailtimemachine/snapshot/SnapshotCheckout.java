package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileOwner;
import org.mailtimemachine.mailstore.posix.PosixException;

/**
 * Makes a plain Maildir++ tree of a Snapshot: for a read-only namespace of Dovecot, for mutt, for a
 * day without this program. The mail is as it was, with flags, keywords, dates, UIDs and
 * UIDVALIDITY; {@code dovecot-uidlist}, {@code dovecot-keywords} and {@code subscriptions} are
 * written anew from what the Snapshot knows. Not safe for use by several threads.
 *
 * <p>By default messages are copied, and the tree is an ordinary Maildir of its own. Linked
 * messages cost no space, but are the very files of the Pool and of the live mailbox: a {@code
 * chown -R} of such a tree would take the live mail from its user. So its directories are made
 * read-only.
 */
public final class SnapshotCheckout {

  private static final int MOST_WARNINGS = 1_000;

  private final Store store;
  private final boolean linked;
  private final Optional<FileOwner> owner;
  private final Optional<Path> liveMail;

  private SnapshotCheckout(
      Store store, boolean linked, Optional<FileOwner> owner, Optional<Path> liveMail) {
    this.store = store;
    this.linked = linked;
    this.owner = owner;
    this.liveMail = liveMail;
  }

  /**
   * Copies the messages.
   *
   * @param owner whom the tree shall belong to; empty for the owner of the mail
   */
  public static SnapshotCheckout copying(Store store, Optional<FileOwner> owner) {
    return new SnapshotCheckout(store, false, owner, Optional.empty());
  }

  /** Links the messages. */
  public static SnapshotCheckout linking(Store store) {
    return new SnapshotCheckout(store, true, Optional.empty(), Optional.empty());
  }

  /**
   * The same, and never into the live mail, whatever it looks like.
   *
   * @param maildirs the root of it
   */
  public SnapshotCheckout outsideOf(Path maildirs) {
    return new SnapshotCheckout(store, linked, owner, Optional.of(maildirs));
  }

  /**
   * What was made.
   *
   * @param mailboxes that were made; one of several that cannot be read is only named
   * @param copied messages that have a file of their own
   * @param bytes in these
   * @param warnings what is missing or not as it was, named; at most 1,000
   */
  public record Outcome(
      long mailboxes, long folders, long messages, long copied, long bytes, List<String> warnings) {
    public Outcome {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * Makes the tree of one Mailbox in a directory, or those of all Mailboxes of the Snapshot in
   * {@code <directory>/<domain>/<user>}. When it returns the tree is complete and on disk; until
   * then, and where it throws, the file {@code UNFINISHED-CHECKOUT} lies in the directory, and the
   * same call again begins anew. A message that cannot be read is left out and named; of several
   * Mailboxes, so is one of which more than messages cannot be read: {@code UNFINISHED-CHECKOUT}
   * stays in its directory.
   *
   * @param to missing, empty, or with an interrupted check-out in it
   * @throws CheckoutException where it cannot be made there
   * @throws StoreException where there is no such Snapshot, or not any more
   */
  public Outcome run(
      SnapshotName name, Optional<MailboxAddress> mailbox, Path to, CheckoutProgress progress)
      throws IOException {
    Run run = store.run(name).orElseThrow(() -> missing(name, mailbox));
    List<String> unreadable = new ArrayList<>();
    List<MailboxAddress> mailboxes =
        mailbox.isPresent() ? having(name, mailbox.get()) : havingAny(name, unreadable);
    if (mailboxes.isEmpty() && unreadable.isEmpty()) {
      throw missing(name, mailbox);
    }
    Counts counts =
        new Counts(
            mailbox.isPresent() ? store.manifest(mailbox.get(), name).messages() : run.messages(),
            progress);
    unreadable.forEach(counts::warn);
    long made = 0;
    try (CheckoutDirectory directory = CheckoutDirectory.take(to, store, liveMail)) {
      for (MailboxAddress address : mailboxes) {
        if (mailbox.isPresent()) {
          checkOut(name, address, directory.root(), counts);
          made++;
        } else {
          made += checkOutOneOfSeveral(name, address, directory.root(), counts) ? 1 : 0;
        }
      }
      if (store.run(name).isEmpty()) {
        throw new StoreException("the snapshot " + name + " expired while it was checked out");
      }
      int mode = mailbox.isPresent() ? maildirMode() : 0711;
      directory.finish();
      directory.root().setMode(mode);
    }
    return counts.outcome(made);
  }

  private List<MailboxAddress> havingAny(SnapshotName name, List<String> unreadable)
      throws IOException {
    List<MailboxAddress> having = new ArrayList<>();
    for (MailboxAddress address : store.mailboxes()) {
      try {
        having.addAll(having(name, address));
      } catch (IOException e) {
        unreadable.add(address + " is left out: " + e.getMessage());
      }
    }
    return having;
  }

  private List<MailboxAddress> having(SnapshotName name, MailboxAddress address)
      throws IOException {
    Optional<MailboxStore> found = MailboxStore.find(store.root(), address);
    if (found.isPresent()) {
      try (MailboxStore kept = found.get()) {
        return kept.names().contains(name) ? List.of(address) : List.of();
      }
    }
    return List.of();
  }

  /**
   * Whether what failed would fail with everything else, too: nothing more can be written there.
   * What cannot be read is the fault of one message or one Mailbox, and others are not to pay.
   */
  static boolean endsAll(IOException e) {
    if (e instanceof PosixException posix) {
      return switch (posix.errno()) {
        case ENOSPC, EDQUOT, EROFS, EXDEV -> true;
        default -> false;
      };
    }
    return e instanceof CheckoutException;
  }

  private StoreException missing(SnapshotName name, Optional<MailboxAddress> mailbox) {
    return new StoreException(
        "there is no snapshot %s%s in %s"
            .formatted(
                name, mailbox.map(address -> " of " + address).orElse(""), store.root().path()));
  }

  /** Others may pass, so that each user's processes reach his tree, and see no name. */
  private static DirectoryHandle sub(DirectoryHandle parent, String name) throws IOException {
    DirectoryHandle sub = parent.makeDirectory(FileName.ofText(name), 0700);
    try {
      sub.setMode(0711);
      return sub;
    } catch (IOException e) {
      sub.close();
      throw e;
    }
  }

  /** Whether it was made; one that cannot be read is named, and marked as incomplete. */
  private boolean checkOutOneOfSeveral(
      SnapshotName name, MailboxAddress address, DirectoryHandle to, Counts counts)
      throws IOException {
    try (DirectoryHandle domain = sub(to, address.domain());
        DirectoryHandle root = sub(domain, address.localPart())) {
      try {
        checkOut(name, address, root, counts);
      } catch (IOException e) {
        CheckoutDirectory.markIncomplete(root);
        throw e;
      }
      root.setMode(maildirMode());
      return true;
    } catch (IOException e) {
      if (endsAll(e)) {
        throw e;
      }
      counts.warn(address + " is incomplete: " + e.getMessage());
      return false;
    }
  }

  private void checkOut(
      SnapshotName name, MailboxAddress address, DirectoryHandle root, Counts counts)
      throws IOException {
    try (MailboxStore kept =
        MailboxStore.find(store.root(), address)
            .orElseThrow(() -> missing(name, Optional.of(address)))) {
      new MailboxCheckout(kept, name, root, linked, owner, counts).run(maildirMode());
    }
  }

  private int maildirMode() {
    return linked ? 0500 : 0700;
  }

  /** What was done so far. */
  static final class Counts {
    private final long total;
    private final CheckoutProgress progress;
    private final List<String> warnings = new ArrayList<>();
    private long folders;
    private long messages;
    private long copied;
    private long bytes;

    Counts(long total, CheckoutProgress progress) {
      this.total = total;
      this.progress = progress;
    }

    void folder() {
      folders++;
    }

    void message() {
      messages++;
      progress.messageDone(messages, total);
    }

    void copied(long size) {
      copied++;
      bytes += size;
    }

    void warn(String what) {
      if (warnings.size() < MOST_WARNINGS) {
        warnings.add(what);
      }
    }

    Outcome outcome(long mailboxes) {
      return new Outcome(mailboxes, folders, messages, copied, bytes, warnings);
    }
  }
}
