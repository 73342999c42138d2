package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/** What the Manifests of one Mailbox name, and so what nothing names any more. */
final class NamedParts {

  private NamedParts() {}

  /**
   * The Listings that these Manifests name.
   *
   * @param manifests with their inodes: equal ones are read once
   */
  static Set<String> listings(MailboxStore kept, Map<SnapshotName, Long> manifests)
      throws IOException {
    Set<String> named = new HashSet<>();
    Set<Long> read = new HashSet<>();
    for (var manifest : manifests.entrySet()) {
      if (read.add(manifest.getValue())) {
        kept.manifest(manifest.getKey()).folders().stream()
            .map(ManifestFolder::listing)
            .forEach(named::add);
      }
    }
    return named;
  }

  /**
   * What is there and not named.
   *
   * @param messages the pool names that are named
   */
  record Unnamed(List<String> listings, Set<String> messages, List<FileName> links) {

    /** Removes it. Before it, the removal of the Manifests that named it must be on disk. */
    void remove(MailboxStore kept) throws IOException {
      // Before the links: the name may come again, for another file.
      boolean retained = retainIfRoom(kept);
      for (FileName link : links) {
        StoreFiles.removeIfThere(kept.pool(), link);
      }
      if (!retained) {
        kept.digests().retain(messages);
      }
      // Last: as long as one of them is there, the next expiry knows that this was not finished.
      for (String listing : listings) {
        kept.removeListing(listing);
      }
    }

    /** On a full disk the links must go first, or it stays full. */
    private boolean retainIfRoom(MailboxStore kept) throws IOException {
      try {
        kept.digests().retain(messages);
        return true;
      } catch (PosixException e) {
        if (e.is(Errno.ENOSPC) || e.is(Errno.EDQUOT)) {
          return false;
        }
        throw e;
      }
    }
  }

  /** The Listings that are there and that are not named. */
  static List<String> unnamedListings(MailboxStore kept, Set<String> named) throws IOException {
    return kept.listings().stream().filter(listing -> !named.contains(listing)).toList();
  }

  /**
   * Also what hidden Manifests name: a pin may come for one that an expiry hid and did not remove,
   * and then it comes back.
   *
   * @param going hidden ones that will not
   */
  static Set<String> andHidden(MailboxStore kept, Set<String> named, Collection<SnapshotName> going)
      throws IOException {
    Set<String> all = new HashSet<>(named);
    for (SnapshotName name : kept.hidden()) {
      if (!going.contains(name)) {
        kept.hiddenManifest(name).folders().stream().map(ManifestFolder::listing).forEach(all::add);
      }
    }
    return all;
  }

  /**
   * All that is not named; see {@link #andHidden}.
   *
   * @throws IOException where a Manifest or a Listing cannot be read: it might name anything
   */
  static Unnamed unnamed(MailboxStore kept, Set<String> named) throws IOException {
    Set<String> messages = new HashSet<>();
    for (String listing : named) {
      kept.listing(listing).messages().stream().map(ListedMessage::poolName).forEach(messages::add);
    }
    List<FileName> links =
        kept.pool().list().stream()
            .map(DirectoryEntry::name)
            .filter(name -> !messages.contains(name.encoded()))
            .toList();
    return new Unnamed(unnamedListings(kept, named), messages, links);
  }
}
