package org.mailtimemachine.admin.authority;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.mime.MessageReader;
import org.mailtimemachine.mailstore.mime.MessageSource;
import org.mailtimemachine.mailstore.mime.ParsedMessage;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.opening.Opening;
import org.mailtimemachine.restore.opening.OpeningRefusedException;
import org.mailtimemachine.restore.opening.Openings;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditFilter;
import org.mailtimemachine.snapshot.audit.AuditLog;
import org.mailtimemachine.snapshot.audit.SealedEntry;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;

/**
 * The one exception from the rule that administrators do not read mail (docs/adr/0035): where the
 * host's settings know it, an administrator of the host opens one message that its user has allowed
 * to be opened, once. It is written down, and told to the user, before anything of it is shown.
 */
public final class OpeningAuthority {

  /** Of the source that is shown: 64 KiB. */
  private static final int SOURCE_BYTES = 64 * 1024;

  /** After so many refusals within {@link #PAUSE} nothing is looked up. */
  private static final int MOST_REFUSALS = 10;

  private static final Duration PAUSE = Duration.ofHours(1);
  private static final String REFUSED = "message.open-refused";

  private final Administrator administrator;
  private final boolean allowed;
  private final Openings openings;
  private final Catalogue catalogue;
  private final SnapshotStore store;
  private final AuditLog audit;
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
      AuditLog audit,
      InstantSource clock) {
    this.administrator = administrator;
    this.allowed = allowed;
    this.openings = openings;
    this.catalogue = catalogue;
    this.store = store;
    this.audit = audit;
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
   * @throws IllegalArgumentException where it is none: see {@link Opening#isReason}
   * @throws NotYoursException where they may not open any, or this Mailbox has no such message (any
   *     more)
   * @throws OpeningRefusedException where its user has not allowed it, or it is too much; that he
   *     was refused is in the audit log then
   * @throws IOException where the Store cannot read it: then nothing is written down either
   */
  public ShownMessage open(MailboxAddress mailbox, MessageReference which, String reason)
      throws NotYoursException, IOException {
    if (!mayOpen()) {
      throw new NotYoursException("messages of " + mailbox);
    }
    if (!Opening.isReason(reason)) {
      throw new IllegalArgumentException("no reason to open a message of " + mailbox);
    }
    try {
      // Before anything is looked up: who was not allowed does not learn what there is.
      requireAllowed(mailbox, which);
      return read(mailbox, which, reason);
    } catch (OpeningRefusedException e) {
      if (e.why() != OpeningRefusedException.Why.TOO_MANY_ATTEMPTS) {
        audit.append(
            new AuditEntry(
                clock.instant(),
                administrator.name(),
                REFUSED,
                mailbox.toString(),
                e.why().name().toLowerCase(Locale.ROOT)));
      }
      throw e;
    }
  }

  private void requireAllowed(MailboxAddress mailbox, MessageReference which) {
    Instant now = clock.instant();
    List<SealedEntry> refusals =
        audit.read(
            new AuditFilter(Optional.empty(), administrator.name() + " " + REFUSED),
            Long.MAX_VALUE,
            MOST_REFUSALS);
    if (refusals.size() == MOST_REFUSALS
        && refusals.getLast().entry().when().isAfter(now.minus(PAUSE))) {
      throw new OpeningRefusedException(
          OpeningRefusedException.Why.TOO_MANY_ATTEMPTS, administrator.name() + " has to wait");
    }
    if (!openings.allowed(mailbox, which.snapshot(), which.message(), now)) {
      throw new OpeningRefusedException(
          OpeningRefusedException.Why.NOT_ALLOWED,
          "its user does not allow to open this message of " + mailbox);
    }
  }

  private ShownMessage read(MailboxAddress mailbox, MessageReference which, String reason)
      throws NotYoursException, IOException {
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
    try (SnapshotStore.StoredMessage bytes = bytes(mailbox, row)) {
      // Read first, so that what is written down was shown; written down before anybody has it.
      ShownMessage shown = shown(opening, bytes);
      openings.keep(opening);
      return shown;
    }
  }

  private SnapshotStore.StoredMessage bytes(MailboxAddress mailbox, CataloguedMessage row)
      throws NotYoursException, IOException {
    try {
      return store.message(mailbox, row.poolName());
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        throw new NotYoursException("message of " + mailbox + ": it has expired");
      }
      throw e;
    }
  }

  private static ShownMessage shown(Opening opening, SnapshotStore.StoredMessage bytes)
      throws IOException {
    ParsedMessage parsed = new MessageReader().parse(bytes);
    return new ShownMessage(
        opening,
        parsed.summary(),
        parsed.text(),
        parsed.wordsOfHtml(),
        parsed.parts().stream().filter(part -> !part.body()).toList(),
        parsed.notes(),
        parsed.unparseable().isEmpty(),
        source(bytes),
        bytes.size() > SOURCE_BYTES,
        bytes.size());
  }

  private FolderName folder(MailboxAddress mailbox, SnapshotName snapshot, UUID id)
      throws NotYoursException {
    return catalogue.folders(mailbox, snapshot).stream()
        .filter(folder -> folder.id().equals(id))
        .map(FolderSummary::name)
        .findFirst()
        .orElseThrow(() -> new NotYoursException("folder of " + mailbox));
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
