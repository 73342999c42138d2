package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.maildir.SpecialUse;

/** A Folder over the stretch of Snapshots in which nothing about it changed. */
@Entity
@Table(name = "folder_state")
@IdClass(FolderStateRow.Key.class)
class FolderStateRow {

  /** Identity of a {@link FolderStateRow}. */
  record Key(long mailboxId, UUID folderId, long fromSeq) {}

  @Id
  @Column(name = "mailbox_id")
  long mailboxId;

  @Id
  @Column(name = "folder_id")
  UUID folderId;

  @Id
  @Column(name = "from_seq")
  long fromSeq;

  @Column(name = "to_seq")
  long toSeq;

  @Column(name = "special_use")
  @Enumerated(EnumType.STRING)
  @Nullable SpecialUse specialUse;

  boolean subscribed;
  boolean busy;
  long messages;
  long unread;

  /** Of the messages; null where it was indexed before sizes were added up. */
  @Nullable Long bytes;

  /** Digest of the Listing: what proves that no Presence changed. */
  String listing;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected FolderStateRow() {}

  FolderStateRow(
      long mailboxId,
      UUID folderId,
      long fromSeq,
      @Nullable SpecialUse specialUse,
      boolean subscribed,
      boolean busy,
      long messages,
      long unread,
      long bytes,
      String listing) {
    this.mailboxId = mailboxId;
    this.folderId = folderId;
    this.fromSeq = fromSeq;
    this.toSeq = SnapshotSequence.OPEN;
    this.specialUse = specialUse;
    this.subscribed = subscribed;
    this.busy = busy;
    this.messages = messages;
    this.unread = unread;
    this.bytes = bytes;
    this.listing = listing;
  }

  /** Whether both say the same of the same Folder, whenever. */
  boolean sameState(FolderStateRow other) {
    return folderId.equals(other.folderId)
        && Objects.equals(specialUse, other.specialUse)
        && subscribed == other.subscribed
        && busy == other.busy
        && messages == other.messages
        && unread == other.unread
        && Objects.equals(bytes, other.bytes)
        && listing.equals(other.listing);
  }
}
