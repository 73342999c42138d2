package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/**
 * A Message in a Folder with certain flags, over the stretch of Snapshots in which that stayed so.
 * What a page is sorted by is repeated here, so that one index gives the page.
 */
@Entity
@Table(name = "presence")
@IdClass(PresenceRow.Key.class)
class PresenceRow {

  /** Identity of a {@link PresenceRow}. */
  record Key(long mailboxId, UUID entryId, long fromSeq) {}

  @Id
  @Column(name = "mailbox_id")
  long mailboxId;

  /** What a URL names: the same for all stretches of this message in this Folder. */
  @Id
  @Column(name = "entry_id")
  UUID entryId;

  @Id
  @Column(name = "from_seq")
  long fromSeq;

  @Column(name = "to_seq")
  long toSeq;

  @Column(name = "folder_id")
  UUID folderId;

  @Column(name = "message_id")
  UUID messageId;

  @Column(name = "base_name")
  String baseName;

  String flags;

  /** Names of the labels, one a line. */
  String keywords;

  @Column(name = "sent_at")
  Instant sentAt;

  long size;

  @Column(name = "from_key")
  String fromKey;

  @Column(name = "subject_key")
  String subjectKey;

  /** The Message's, folded, one line a field ({@link MessageEnvelope}). */
  @Column(name = "search_text")
  String searchText;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected PresenceRow() {}
}
