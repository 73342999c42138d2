package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.mailtimemachine.restore.desk.Notice;

/** Something that people are to be told of a request. */
@Entity
@Table(name = "notice")
@IdClass(NoticeRow.Key.class)
class NoticeRow {

  /** Identity of a {@link NoticeRow}. */
  record Key(UUID request, Notice.Kind kind) {}

  @Id UUID request;

  @Id
  @Enumerated(EnumType.STRING)
  @Column(columnDefinition = "text")
  Notice.Kind kind;

  @Column(name = "created_at")
  Instant createdAt;

  boolean addressed;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected NoticeRow() {}

  NoticeRow(UUID request, Notice.Kind kind, Instant createdAt) {
    this.request = request;
    this.kind = kind;
    this.createdAt = createdAt;
  }
}
