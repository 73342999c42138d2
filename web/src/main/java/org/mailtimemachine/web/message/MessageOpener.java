package org.mailtimemachine.web.message;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.ServiceUnavailableException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.StoreUnavailable;
import org.mailtimemachine.web.mirrored.MirroredFolder;
import org.mailtimemachine.web.mirrored.MirroredMail;

/**
 * The one place of the webmail where an id from outside becomes the bytes of a message: the
 * Catalogue is asked within the Mailbox of whoever is signed in, and where it knows of nothing, the
 * ledgers of the mirrors, for copies that came for that Mailbox; only what they answer names a
 * file. What an administrator may open with its user's permission (docs/adr/0035) does not come
 * this way. Safe for use by several threads.
 */
@Dependent
public class MessageOpener {

  private static final System.Logger LOG = System.getLogger(MessageOpener.class.getName());

  private final Catalogue catalogue;
  private final SnapshotStore store;
  private final MirroredMail mirrored;

  @Inject
  MessageOpener(Catalogue catalogue, SnapshotStore store, MirroredMail mirrored) {
    this.catalogue = catalogue;
    this.store = store;
    this.mirrored = mirrored;
  }

  /**
   * Opens a message; close it after use.
   *
   * @param mailbox of whoever is signed in
   * @return empty where this Mailbox has no such message in that Snapshot, nor any mirror that came
   *     for it then, whoever else may have it, or where it expired since it was indexed
   * @throws IOException where the Catalogue has the message and the Store cannot read it, or a
   *     mirror has it and it cannot be read
   */
  public Optional<OpenedMessage> open(MailboxAddress mailbox, SnapshotName snapshot, UUID message)
      throws IOException {
    Optional<CataloguedMessage> row = catalogue.message(mailbox, snapshot, message);
    return row.isPresent() ? open(mailbox, row.get()) : mirrored(mailbox, snapshot, message);
  }

  private Optional<OpenedMessage> mirrored(
      MailboxAddress mailbox, SnapshotName snapshot, UUID message) throws IOException {
    try (MirroredMail.Opening opening = mirrored.opening(mailbox, snapshot)) {
      return opening.open(message).map(copy -> new OpenedMessage(copy.row(), copy.bytes()));
    }
  }

  /** Opens messages of a day, one after another; close it after use. */
  public Day day(MailboxAddress mailbox, SnapshotName snapshot) {
    return new Day(mailbox, snapshot);
  }

  /** Messages that lists of one day have named. For one thread. */
  public final class Day implements Closeable {

    private final MailboxAddress mailbox;
    private final SnapshotName snapshot;
    private MirroredMail.@Nullable Opening opening;

    private Day(MailboxAddress mailbox, SnapshotName snapshot) {
      this.mailbox = mailbox;
      this.snapshot = snapshot;
    }

    /**
     * Opens a message; close it after use.
     *
     * @return empty as for {@link #open(MailboxAddress, SnapshotName, UUID)}
     */
    public Optional<OpenedMessage> open(CataloguedMessage row) throws IOException {
      if (MirroredFolder.of(row.folder()).isEmpty()) {
        return MessageOpener.this.open(mailbox, row);
      }
      if (opening == null) {
        opening = mirrored.opening(mailbox, snapshot);
      }
      return opening.open(row.id()).map(copy -> new OpenedMessage(copy.row(), copy.bytes()));
    }

    @Override
    public void close() {
      if (opening != null) {
        opening.close();
      }
    }
  }

  /**
   * Opens a message that the Catalogue has just named; close it after use.
   *
   * @param mailbox of whoever is signed in: its Pool is the only one that is looked into
   * @return empty where it, or everything of this Mailbox, left the Store since it was indexed
   * @throws IOException where the Store cannot read it
   * @throws StoreUnavailable where there is no Store at the moment
   */
  public Optional<OpenedMessage> open(MailboxAddress mailbox, CataloguedMessage row)
      throws IOException {
    try {
      return Optional.of(new OpenedMessage(row, store.message(mailbox, row.poolName())));
    } catch (IOException e) {
      if (!isGone(mailbox, e)) {
        throw e;
      }
      // while the Catalogue follows the Store this happens; if it lasts, the Pool is damaged
      LOG.log(System.Logger.Level.WARNING, () -> mailbox + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Whether the message, or all that the Store had of the Mailbox, is not there any more. */
  private boolean isGone(MailboxAddress mailbox, IOException failure) {
    return (failure instanceof PosixException posix && posix.is(Errno.ENOENT))
        || catalogue.snapshots(mailbox).isEmpty();
  }

  /**
   * Opens a message for an answer of the interface; close it after use.
   *
   * @throws NotFoundException where this Mailbox has no such message in that Snapshot
   * @throws ServiceUnavailableException where that Snapshot is not indexed yet
   * @throws IOException as for {@link #open}
   */
  public OpenedMessage require(MailboxAddress mailbox, SnapshotName snapshot, UUID message)
      throws IOException {
    Optional<OpenedMessage> opened = open(mailbox, snapshot, message);
    if (opened.isEmpty()) {
      IndexedSnapshot.require(catalogue, mailbox, snapshot);
    }
    return opened.orElseThrow(NotFoundException::new);
  }
}
