package org.mailtimemachine.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.mime.MessageSource;
import org.mailtimemachine.snapshot.manifest.Lines;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.Manifest;

/**
 * What the Catalogue and the webmail need of a Store: to read it. Safe for use by several threads,
 * while another process takes Snapshots, and without a database.
 */
public interface SnapshotStore {

  /** All Mailboxes that have Snapshots here. */
  List<MailboxAddress> mailboxes() throws IOException;

  /** The visible Snapshots of a Mailbox, oldest first; empty for an unknown one. */
  List<SnapshotName> snapshots(MailboxAddress mailbox) throws IOException;

  /**
   * When the taking of this Snapshot began: that of the run, also where the Mailbox did not change
   * since the run before.
   */
  Instant takenAt(MailboxAddress mailbox, SnapshotName name) throws IOException;

  /**
   * Something that differs whenever a run was published or a Snapshot expired since it was last
   * asked for; cheap.
   */
  String version() throws IOException;

  /** All pins of a Mailbox; none where this store knows no pins. */
  default List<Pin> pins(MailboxAddress mailbox) throws IOException {
    return List.of();
  }

  /** The Manifest of one Snapshot, its checksum verified. */
  Manifest manifest(MailboxAddress mailbox, SnapshotName name) throws IOException;

  /** A Listing by its digest, verified. */
  Listing listing(MailboxAddress mailbox, String digest) throws IOException;

  /** Opens a Message of the Pool by its (encoded) pool name. Close it after use. */
  StoredMessage message(MailboxAddress mailbox, String poolName) throws IOException;

  /** Opens the Pool of a Mailbox, to read many of its Messages. Close it after use. */
  default OpenPool pool(MailboxAddress mailbox) throws IOException {
    return poolName -> message(mailbox, poolName);
  }

  /** SHA-256 in hexadecimal by pool name, of the Messages that were hashed so far. */
  Map<String, String> digests(MailboxAddress mailbox) throws IOException;

  /** Records the SHA-256 of Messages that were read for the first time; never changes one. */
  void recordDigests(MailboxAddress mailbox, Map<String, String> digests) throws IOException;

  /** The Pool of a Mailbox; its directory is looked up once. Safe for use by several threads. */
  @FunctionalInterface
  interface OpenPool extends Closeable {

    /** As {@link SnapshotStore#message}. */
    StoredMessage message(String poolName) throws IOException;

    @Override
    default void close() throws IOException {}
  }

  /** The bytes of one Message. */
  interface StoredMessage extends MessageSource, Closeable {

    /** Whether reading all of it may take for ever: it is large, and has holes. */
    default boolean hasHoles() throws IOException {
      return false;
    }

    /** Reads it all, and returns its SHA-256 in lower case hexadecimal. */
    default String sha256() throws IOException {
      MessageDigest digest = Lines.newSha256();
      byte[] buffer = new byte[64 * 1024];
      long position = 0;
      for (int bytes = read(position, buffer, 0, buffer.length);
          bytes > 0;
          bytes = read(position, buffer, 0, buffer.length)) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("interrupted while a message was read");
        }
        digest.update(buffer, 0, bytes);
        position += bytes;
      }
      return HexFormat.of().formatHex(digest.digest());
    }
  }
}
