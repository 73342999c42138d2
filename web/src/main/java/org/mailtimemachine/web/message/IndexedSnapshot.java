package org.mailtimemachine.web.message;

import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.ServiceUnavailableException;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;

/** What the interface answers for a Snapshot of which the Catalogue knows nothing. */
public final class IndexedSnapshot {

  /** Seconds after which it is worth asking again for a Snapshot that is being indexed. */
  private static final long INDEXING_RETRY = 5;

  private IndexedSnapshot() {}

  /**
   * Goes on where the Snapshot is there and indexed.
   *
   * @throws NotFoundException where the Mailbox has no such Snapshot
   * @throws ServiceUnavailableException where it has, and will be indexed
   */
  public static void require(Catalogue catalogue, MailboxAddress mailbox, SnapshotName name) {
    SnapshotSummary summary =
        catalogue.snapshots(mailbox).stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow(NotFoundException::new);
    if (!summary.indexed()) {
      throw new ServiceUnavailableException(INDEXING_RETRY);
    }
  }
}
