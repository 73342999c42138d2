package org.mailtimemachine.restore;

import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.manifest.ListedMessage;

/** What the Pool of a Mailbox holds, for comparisons. Not safe for use by several threads. */
public final class KeptContent implements Closeable {

  /** Equal to none. */
  public static final String NO_DIGEST = "";

  private final Store store;
  private final MailboxAddress mailbox;
  private final DirectoryHandle pool;
  private @Nullable Map<String, String> digests;

  KeptContent(Store store, MailboxAddress mailbox) throws IOException {
    this.store = store;
    this.mailbox = mailbox;
    this.pool = store.poolDirectory(mailbox);
  }

  DirectoryHandle pool() {
    return pool;
  }

  /**
   * SHA-256 of a message's file, as it was hashed, or of what it is now; {@link #NO_DIGEST} where
   * its file has holes.
   */
  public String sha256(ListedMessage message) throws IOException {
    Map<String, String> known = known();
    String digest = known.get(message.poolName());
    if (digest == null) {
      try (SnapshotStore.StoredMessage kept = open(message)) {
        digest = kept.hasHoles() ? NO_DIGEST : kept.sha256();
      }
      known.put(message.poolName(), digest);
    }
    return digest;
  }

  private Map<String, String> known() throws IOException {
    Map<String, String> known = digests;
    if (known == null) {
      known = new HashMap<>(store.digests(mailbox));
      digests = known;
    }
    return known;
  }

  /** Opens a message. Close it after use. */
  public SnapshotStore.StoredMessage open(ListedMessage message) throws IOException {
    return store.message(mailbox, message.poolName());
  }

  @Override
  public void close() {
    pool.close();
  }
}
