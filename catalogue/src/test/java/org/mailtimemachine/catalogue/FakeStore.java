package org.mailtimemachine.catalogue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.manifest.DirectoryState;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.Manifest;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/** A Store in memory that a test fills by taking Snapshots of a {@link LivingMailbox}. */
final class FakeStore implements SnapshotStore {

  private final SortedMap<MailboxAddress, NavigableMap<SnapshotName, Manifest>> manifests =
      new TreeMap<>();
  private final Map<String, Listing> listings = new HashMap<>();
  private final Map<MailboxAddress, Map<String, byte[]>> pools = new HashMap<>();
  private final Map<MailboxAddress, Map<String, String>> digests = new HashMap<>();
  private final Map<String, Integer> reads = new ConcurrentHashMap<>();
  private final Set<SnapshotName> damaged = new HashSet<>();
  private final Map<MailboxAddress, Exception> refused = new HashMap<>();
  private long version;

  void take(SnapshotName name, LivingMailbox mailbox) {
    List<ManifestFolder> folders = new ArrayList<>();
    mailbox.folders().forEach(folder -> folders.add(folder(folder)));
    pools.computeIfAbsent(mailbox.address(), _ -> new HashMap<>()).putAll(mailbox.bytes());
    manifests
        .computeIfAbsent(mailbox.address(), _ -> new TreeMap<>())
        .put(name, new Manifest(mailbox.address(), takenAt(name), folders));
    version++;
  }

  private ManifestFolder folder(LivingMailbox.Folder folder) {
    Listing listing = folder.listing();
    String digest =
        HexFormat.of()
            .formatHex(
                CatalogueId.sha256().digest(listing.toString().getBytes(StandardCharsets.UTF_8)));
    listings.put(digest, listing);
    DirectoryState state = new DirectoryState(1, 1, Instant.EPOCH, Instant.EPOCH, true);
    return new ManifestFolder(
        folder.name(),
        folder.directory(),
        folder.subscribed(),
        folder.specialUse(),
        OptionalLong.empty(),
        folder.busy(),
        listing.messages().size(),
        listing.messages().stream().filter(listed -> !listed.flags().seen()).count(),
        digest,
        state,
        state);
  }

  void expire(MailboxAddress mailbox, SnapshotName name) {
    manifests.get(mailbox).remove(name);
    version++;
  }

  void expireAll(MailboxAddress mailbox) {
    manifests.remove(mailbox);
    version++;
  }

  /** From now on nobody can read a Snapshot of that name. */
  void damage(SnapshotName name) {
    damaged.add(name);
    version++;
  }

  void mend(SnapshotName name) {
    damaged.remove(name);
    version++;
  }

  /** From now on the Snapshots of that Mailbox cannot be listed. */
  void refuse(MailboxAddress mailbox, Exception why) {
    refused.put(mailbox, why);
    version++;
  }

  void loseMessage(MailboxAddress mailbox, String poolName) {
    pools.get(mailbox).remove(poolName);
  }

  /** How often the bytes of a Message were opened. */
  int reads(String poolName) {
    return reads.getOrDefault(poolName, 0);
  }

  @Override
  public List<MailboxAddress> mailboxes() {
    return List.copyOf(manifests.keySet());
  }

  @Override
  public List<SnapshotName> snapshots(MailboxAddress mailbox) throws IOException {
    switch (refused.get(mailbox)) {
      case IOException failure -> throw failure;
      case RuntimeException failure -> throw failure;
      case null, default -> {}
    }
    return List.copyOf(manifests.getOrDefault(mailbox, new TreeMap<>()).navigableKeySet());
  }

  @Override
  public Instant takenAt(MailboxAddress mailbox, SnapshotName name) {
    return takenAt(name);
  }

  static Instant takenAt(SnapshotName name) {
    return name.time().toInstant(ZoneOffset.UTC).plusMillis(1_250);
  }

  @Override
  public String version() {
    return Long.toString(version);
  }

  @Override
  public Manifest manifest(MailboxAddress mailbox, SnapshotName name) throws IOException {
    if (damaged.contains(name)) {
      throw new IOException("damaged: " + name);
    }
    return Optional.ofNullable(manifests.get(mailbox).get(name))
        .orElseThrow(() -> new FileNotFoundException(name.text()));
  }

  @Override
  public Listing listing(MailboxAddress mailbox, String digest) throws IOException {
    return Optional.ofNullable(listings.get(digest))
        .orElseThrow(() -> new FileNotFoundException(digest));
  }

  @Override
  public StoredMessage message(MailboxAddress mailbox, String poolName) throws IOException {
    reads.merge(poolName, 1, Integer::sum);
    byte[] bytes = pools.getOrDefault(mailbox, Map.of()).get(poolName);
    if (bytes == null) {
      throw new FileNotFoundException(poolName);
    }
    return new Bytes(bytes);
  }

  @Override
  public Map<String, String> digests(MailboxAddress mailbox) {
    return Map.copyOf(digests.getOrDefault(mailbox, Map.of()));
  }

  @Override
  public void recordDigests(MailboxAddress mailbox, Map<String, String> fresh) {
    Map<String, String> known = digests.computeIfAbsent(mailbox, _ -> new HashMap<>());
    fresh.forEach(
        (pool, digest) -> {
          if (known.putIfAbsent(pool, digest) != null) {
            throw new IllegalStateException("hashed twice: " + pool);
          }
        });
  }

  List<ListedMessage> listed(MailboxAddress mailbox, ManifestFolder folder) throws IOException {
    return listing(mailbox, folder.listing()).messages();
  }

  private static final class Bytes implements StoredMessage {

    private final byte[] bytes;

    Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public int read(long position, byte[] buffer, int offset, int length) {
      if (position >= bytes.length) {
        return -1;
      }
      int read = (int) Math.min(length, bytes.length - position);
      System.arraycopy(bytes, (int) position, buffer, offset, read);
      return read;
    }

    @Override
    public void close() {}
  }
}
