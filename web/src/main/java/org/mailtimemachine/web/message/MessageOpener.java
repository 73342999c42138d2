package org.mailtimemachine.web.message;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;

/**
 * The one place where an id from outside becomes the bytes of a message: the Catalogue is asked
 * within the Mailbox of whoever is signed in, and only what it answers names a file. Safe for use
 * by several threads.
 */
@Dependent
public class MessageOpener {

  private final Catalogue catalogue;
  private final SnapshotStore store;

  @Inject
  MessageOpener(Catalogue catalogue, SnapshotStore store) {
    this.catalogue = catalogue;
    this.store = store;
  }

  /**
   * Opens a message; close it after use.
   *
   * @param mailbox of whoever is signed in
   * @return empty where this Mailbox has no such message in that Snapshot, whoever else may have it
   * @throws IOException where the Catalogue has the message and the Store cannot read it
   */
  public Optional<OpenedMessage> open(MailboxAddress mailbox, SnapshotName snapshot, UUID message)
      throws IOException {
    Optional<CataloguedMessage> row = catalogue.message(mailbox, snapshot, message);
    return row.isEmpty()
        ? Optional.empty()
        : Optional.of(new OpenedMessage(row.get(), store.message(mailbox, row.get().poolName())));
  }
}
