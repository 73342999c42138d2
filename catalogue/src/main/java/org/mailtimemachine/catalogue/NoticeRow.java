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
import org.hibernate.StatelessSession;
import org.mailtimemachine.restore.desk.Notice;

/** Something that people are to be told of a request or a hold. */
@Entity
@Table(name = "notice")
@IdClass(NoticeRow.Key.class)
class NoticeRow {

  /** Identity of a {@link NoticeRow}. */
  record Key(UUID subject, Notice.Kind kind) {}

  @Id UUID subject;

  @Id
  @Enumerated(EnumType.STRING)
  @Column(columnDefinition = "text")
  Notice.Kind kind;

  @Column(name = "created_at")
  Instant createdAt;

  boolean addressed;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected NoticeRow() {}

  NoticeRow(UUID subject, Notice.Kind kind, Instant createdAt) {
    this.subject = subject;
    this.kind = kind;
    this.createdAt = createdAt;
  }

  /** Notes that something is to be told; what was told of it before is not told again. */
  static void leave(StatelessSession session, UUID subject, Notice.Kind kind, Instant when) {
    if (session.get(NoticeRow.class, new Key(subject, kind)) == null) {
      session.insert(new NoticeRow(subject, kind, when));
    }
  }

  /**
   * Notes that something is to be told, also where something of that kind was told before: letters
   * that have not gone yet would tell what is not so any more.
   */
  static void leaveAgain(StatelessSession session, UUID subject, Notice.Kind kind, Instant when) {
    session
        .createMutationQuery("delete from LetterRow where subject = :subject and kind = :kind")
        .setParameter("subject", subject)
        .setParameter("kind", kind)
        .executeUpdate();
    session.upsert(new NoticeRow(subject, kind, when));
  }
}
