package org.mailtimemachine.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.mime.MessageSource;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.Manifest;

/**
 * Reads a Store: the directory that holds the Pools and Manifests of one file system. The bytes are
 * described in {@code docs/on-disk-format.md}. Safe for use by several threads, while another
 * process takes Snapshots, and without a database.
 */
public interface SnapshotStore {

  /**
   * Opens an existing Store.
   *
   * @throws IOException where there is none, or one of an unknown format
   */
  static SnapshotStore open(Path root) throws IOException {
    throw new IOException("not yet: " + root);
  }

  /** All Mailboxes that ever had a Snapshot kept here. */
  List<MailboxAddress> mailboxes() throws IOException;

  /** The visible Snapshots of a Mailbox, oldest first; empty for an unknown one. */
  List<SnapshotName> snapshots(MailboxAddress mailbox) throws IOException;

  /** When the taking of this Snapshot began: of the run, where the Mailbox did not change since the run before. */
  Instant takenAt(MailboxAddress mailbox, SnapshotName name) throws IOException;

  /** The Manifest of one Snapshot, its checksum verified. */
  Manifest manifest(MailboxAddress mailbox, SnapshotName name) throws IOException;

  /** A Listing by its digest, verified. */
  Listing listing(MailboxAddress mailbox, String digest) throws IOException;

  /** Opens a Message of the Pool by its (encoded) pool name. Close it after use. */
  StoredMessage message(MailboxAddress mailbox, String poolName) throws IOException;

  /** The bytes of one Message. */
  interface StoredMessage extends MessageSource, Closeable {}
}
