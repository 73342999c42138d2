package org.mailtimemachine.catalogue;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.mailtimemachine.restore.administrator.FollowUp;

/** What was done about something that needs somebody. */
@Entity
@Table(name = "follow_up")
class FollowUpRow {

  @Id String subject;
  boolean done;
  String note;
  String who;
  Instant at;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected FollowUpRow() {}

  FollowUpRow(FollowUp followUp) {
    this.subject = followUp.subject();
    this.done = followUp.done();
    this.note = followUp.note();
    this.who = followUp.who();
    this.at = followUp.when();
  }

  FollowUp followUp() {
    return new FollowUp(subject, done, note, who, at);
  }
}
