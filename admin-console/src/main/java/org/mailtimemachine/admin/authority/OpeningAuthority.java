package org.mailtimemachine.admin.authority;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.mime.MessageReader;
import org.mailtimemachine.mailstore.mime.MessageSource;
import org.mailtimemachine.mailstore.mime.ParsedMessage;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.opening.Opening;
import org.mailtimemachine.restore.opening.Openings;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;

/**
 * The one exception from the rule that administrators do not read mail (docs/adr/0035): where the
 * host's settings allow it, an administrator of the host opens one message whose address its user
 * gave him. It is written down, and told to the user, before anything of it is shown.
 */
public final class OpeningAuthority {

  /** Of the source that is shown: 64 KiB. */
  private static final int SOURCE_BYTES = 64 * 1024;

  private final Administrator administrator;
  private final boolean allowed;
  private final Openings openings;
  private final Catalogue catalogue;
  private final SnapshotStore store;
  private final InstantSource clock;

  /**
   * @param allowed whether the host's settings know the exception at all
   */
  public OpeningAuthority(
      Administrator administrator,
      boolean allowed,
      Openings openings,
      Catalogue catalogue,
      SnapshotStore store,
      InstantSource clock) {
    this.administrator = administrator;
    this.allowed = allowed;
    this.openings = openings;
    this.catalogue = catalogue;
    this.store = store;
    this.clock = clock;
  }

  /** Whether they may open a message: never those of a domain, and nobody where it is not set. */
  public boolean mayOpen() {
    return allowed && administrator.ofHost();
  }

  /**
   * Opens a message. When this returns, its line is in the audit log and its user is going to be
   * told; where that cannot be written it fails, and nothing is shown.
   *
   * @param reason for the log and for the user
   * @throws IllegalArgumentException where the reason is missing or too long
   * @throws NotYoursException where they may not open any, or this Mailbox has no such message
   * @throws IOException where the Store cannot read it: then nothing is written down either
   */
  public ShownMessage open(MailboxAddress mailbox, MessageReference which, String reason)
      throws NotYoursException, IOException {
    if (!mayOpen()) {
      throw new NotYoursException("messages of " + mailbox);
    }
    CataloguedMessage row =
        catalogue
            .message(mailbox, which.snapshot(), which.message())
            .orElseThrow(() -> new NotYoursException("message of " + mailbox));
    Opening opening =
        new Opening(
            UUID.randomUUID(),
            mailbox,
            which.snapshot(),
            folder(mailbox, which.snapshot(), row.folder()),
            which.message(),
            row.subject(),
            row.date(),
            administrator.name(),
            clock.instant(),
            reason,
            Optional.empty());
    try (SnapshotStore.StoredMessage bytes = store.message(mailbox, row.poolName())) {
      // Read first, so that what is written down was shown; written down before anybody has it.
      ParsedMessage parsed = new MessageReader().parse(bytes);
      String source = source(bytes);
      openings.keep(opening, entry(opening));
      return new ShownMessage(opening, parsed, source, bytes.size());
    }
  }

  private FolderName folder(MailboxAddress mailbox, SnapshotName snapshot, UUID id)
      throws NotYoursException {
    return catalogue.folders(mailbox, snapshot).stream()
        .filter(folder -> folder.id().equals(id))
        .map(FolderSummary::name)
        .findFirst()
        .orElseThrow(() -> new NotYoursException("folder of " + mailbox));
  }

  /** Administrators of the domain read its lines, too: nothing of the message stands in them. */
  private static AuditEntry entry(Opening opening) {
    return new AuditEntry(
        opening.when(),
        opening.who(),
        "message.open",
        opening.mailbox().toString(),
        "opening %s: message %s of %s: %s"
            .formatted(
                opening.id(), opening.message(), opening.snapshot().text(), opening.reason()));
  }

  private static String source(MessageSource bytes) throws IOException {
    byte[] start = new byte[(int) Math.min(SOURCE_BYTES, bytes.size())];
    int length = 0;
    while (length < start.length) {
      int read = bytes.read(length, start, length, start.length - length);
      if (read < 0) {
        break;
      }
      length += read;
    }
    return new String(start, 0, length, StandardCharsets.UTF_8);
  }
}
