package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.desk.Letter;
import org.mailtimemachine.restore.desk.Notice;

/** One mail to one person, sent or not. */
@Entity
@Table(name = "letter")
class LetterRow {

  @Id UUID id;
  UUID subject;

  @Enumerated(EnumType.STRING)
  @Column(columnDefinition = "text")
  Notice.Kind kind;

  String recipient;
  int tries;

  /** Null where it is not to be sent any more. */
  @Column(name = "due_at")
  @Nullable Instant dueAt;

  @Column(name = "sent_at")
  @Nullable Instant sentAt;

  String problem = "";

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected LetterRow() {}

  LetterRow(UUID id, Notice notice, String recipient, Instant dueAt) {
    this.id = id;
    this.subject = notice.subject();
    this.kind = notice.kind();
    this.recipient = recipient;
    this.dueAt = dueAt;
  }

  Letter letter() {
    return new Letter(id, new Notice(subject, kind), recipient, tries);
  }
}
