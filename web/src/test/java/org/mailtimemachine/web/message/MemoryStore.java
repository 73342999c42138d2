package org.mailtimemachine.web.message;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.Manifest;

/** A Store of nothing but messages, which counts those that are open. */
final class MemoryStore implements SnapshotStore {

  private final Map<String, byte[]> pool = new HashMap<>();
  int open;
  private boolean vanished;

  /** As if somebody had removed all directories of its Mailboxes. */
  void vanish() {
    vanished = true;
  }

  void put(String poolName, String message) {
    pool.put(poolName, message.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
  }

  void expire(String poolName) {
    pool.remove(poolName);
  }

  @Override
  public StoredMessage message(MailboxAddress mailbox, String poolName) throws IOException {
    if (vanished) {
      throw new IOException("no snapshots of " + mailbox);
    }
    byte[] bytes = pool.get(poolName);
    if (bytes == null) {
      // what the system says of a file that is not there
      DirectoryHandle.open(Path.of("/nowhere", poolName)).close();
      throw new FileNotFoundException(poolName);
    }
    open++;
    return new StoredMessage() {
      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public int read(long position, byte[] buffer, int offset, int length) {
        if (position >= bytes.length) {
          return -1;
        }
        // in small steps, as a disk may
        int read = (int) Math.min(Math.min(length, 100), bytes.length - position);
        System.arraycopy(bytes, (int) position, buffer, offset, read);
        return read;
      }

      @Override
      public void close() {
        open--;
      }
    };
  }

  @Override
  public List<MailboxAddress> mailboxes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<SnapshotName> snapshots(MailboxAddress mailbox) {
    return vanished ? List.of() : List.of(new SnapshotName("2026-11-14"));
  }

  @Override
  public Instant takenAt(MailboxAddress mailbox, SnapshotName name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String version() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Manifest manifest(MailboxAddress mailbox, SnapshotName name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Listing listing(MailboxAddress mailbox, String digest) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<String, String> digests(MailboxAddress mailbox) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void recordDigests(MailboxAddress mailbox, Map<String, String> digests) {
    throw new UnsupportedOperationException();
  }
}
