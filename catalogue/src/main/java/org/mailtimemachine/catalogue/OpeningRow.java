package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.opening.Opening;
import org.mailtimemachine.snapshot.SnapshotName;

/** A message that an administrator has opened. */
@Entity
@Table(name = "opening")
class OpeningRow {

  @Id UUID id;
  String domain;

  @Column(name = "local_part")
  String localPart;

  String snapshot;
  String folder;
  UUID message;
  String subject;

  @Column(name = "sent_at")
  Instant sentAt;

  String who;

  @Column(name = "opened_at")
  Instant openedAt;

  String reason;

  @Column(name = "seen_at")
  @Nullable Instant seenAt;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected OpeningRow() {}

  OpeningRow(Opening opening) {
    id = opening.id();
    domain = opening.mailbox().domain();
    localPart = opening.mailbox().localPart();
    snapshot = opening.snapshot().text();
    folder = opening.folder().text();
    message = opening.message();
    subject = opening.subject();
    sentAt = opening.date();
    who = opening.who();
    openedAt = opening.when();
    reason = opening.reason();
    seenAt = opening.seen().orElse(null);
  }

  Opening opening() {
    return new Opening(
        id,
        new MailboxAddress(localPart, domain),
        new SnapshotName(snapshot),
        new FolderName(folder),
        message,
        subject,
        sentAt,
        who,
        openedAt,
        reason,
        Optional.ofNullable(seenAt));
  }
}
