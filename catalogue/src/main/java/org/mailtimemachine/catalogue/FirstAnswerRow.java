package org.mailtimemachine.catalogue;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import org.mailtimemachine.restore.administrator.FirstAnswers.Before;
import org.mailtimemachine.restore.administrator.SealedAnswer;

/** What a program was answered. */
@Entity
@Table(name = "first_answer")
@IdClass(FirstAnswerRow.Key.class)
class FirstAnswerRow {

  /** Identity of a {@link FirstAnswerRow}. */
  record Key(String token, String key) {}

  @Id String token;
  @Id String key;
  String request;
  Instant at;

  /** 0 while it is under way. */
  int status;

  String answer;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected FirstAnswerRow() {}

  Before seenBy(String asked) {
    if (!request.equals(asked)) {
      return new Before.SomethingElse();
    }
    return status == 0
        ? new Before.UnderWay(at)
        : new Before.Answered(status, new SealedAnswer(answer));
  }
}
