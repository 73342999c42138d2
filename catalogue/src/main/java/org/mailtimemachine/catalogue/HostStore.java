package org.mailtimemachine.catalogue;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Pin;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.Manifest;

/**
 * The Store that {@code mtm.store} names. The first take makes it, perhaps long after the server
 * was started: until then no Mailbox has Snapshots, and each use looks again. Safe for use by
 * several threads.
 */
@ApplicationScoped
class HostStore implements SnapshotStore {

  private final Path path;
  private @Nullable Store store;

  @SuppressWarnings("NullAway") // for the container's proxy
  HostStore() {
    this.path = null;
  }

  @Inject
  HostStore(@ConfigProperty(name = "mtm.store") String path) {
    this.path = Path.of(path);
  }

  private synchronized Store store() throws IOException {
    if (store == null) {
      store = Store.open(path);
    } else if (isAway()) {
      // What comes back may be another mount: it is opened anew. This one is not closed, since
      // others may be reading from it.
      store = null;
      throw new NoSuchFileException(
          path.toString(), null, "the store is not there any more: is its file system mounted?");
    }
    return store;
  }

  private boolean isAway() {
    return Files.notExists(path.resolve("format"));
  }

  @PreDestroy
  synchronized void close() {
    if (store != null) {
      store.close();
      store = null;
    }
  }

  @Override
  public List<SnapshotName> snapshots(MailboxAddress mailbox) throws IOException {
    return isUnmade() ? List.of() : store().snapshots(mailbox);
  }

  private synchronized boolean isUnmade() {
    return store == null && isAway();
  }

  // Not an empty list where there is no Store: it may be away for an hour, and the indexing would
  // forget everything that it knows.
  @Override
  public List<MailboxAddress> mailboxes() throws IOException {
    return store().mailboxes();
  }

  @Override
  public Instant takenAt(MailboxAddress mailbox, SnapshotName name) throws IOException {
    return store().takenAt(mailbox, name);
  }

  @Override
  public String version() throws IOException {
    return store().version();
  }

  @Override
  public List<Pin> pins(MailboxAddress mailbox) throws IOException {
    return store().pins(mailbox);
  }

  @Override
  public Manifest manifest(MailboxAddress mailbox, SnapshotName name) throws IOException {
    return store().manifest(mailbox, name);
  }

  @Override
  public Listing listing(MailboxAddress mailbox, String digest) throws IOException {
    return store().listing(mailbox, digest);
  }

  @Override
  public StoredMessage message(MailboxAddress mailbox, String poolName) throws IOException {
    return store().message(mailbox, poolName);
  }

  @Override
  public OpenPool pool(MailboxAddress mailbox) throws IOException {
    return store().pool(mailbox);
  }

  @Override
  public Map<String, String> digests(MailboxAddress mailbox) throws IOException {
    return store().digests(mailbox);
  }

  @Override
  public void recordDigests(MailboxAddress mailbox, Map<String, String> digests)
      throws IOException {
    store().recordDigests(mailbox, digests);
  }
}
