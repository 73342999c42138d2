package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.util.UUID;

/** A Folder that some Snapshot of the Mailbox has. */
@Entity
@Table(name = "folder")
@IdClass(FolderRow.Key.class)
class FolderRow {

  /** Identity of a {@link FolderRow}. */
  record Key(long mailboxId, UUID id) {}

  @Id
  @Column(name = "mailbox_id")
  long mailboxId;

  @Id UUID id;

  String name;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected FolderRow() {}
}
