package org.mailtimemachine.catalogue;

import java.time.Instant;
import org.hibernate.SessionFactory;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.administrator.FirstAnswers;
import org.mailtimemachine.restore.administrator.SealedAnswer;

/** First answers in PostgreSQL. */
final class JpaFirstAnswers implements FirstAnswers {

  private final SessionFactory sessions;

  JpaFirstAnswers(SessionFactory sessions) {
    this.sessions = sessions;
  }

  @Override
  public Before begin(String token, String key, String request, Instant now) {
    return sessions.fromStatelessTransaction(
        session -> {
          session
              .createNativeMutationQuery("delete from first_answer where at < :oldest")
              .setParameter("oldest", now.minus(REMEMBERED))
              .executeUpdate();
          // Of two at once the second waits here until the first one's row is there.
          int begun =
              session
                  .createNativeMutationQuery(
                      "insert into first_answer (token, key, request, at, status, answer) values"
                          + " (:token, :key, :request, :now, 0, '') on conflict do nothing")
                  .setParameter("token", token)
                  .setParameter("key", key)
                  .setParameter("request", request)
                  .setParameter("now", now)
                  .executeUpdate();
          if (begun == 1) {
            return new Before.Nothing();
          }
          @Nullable FirstAnswerRow row =
              session.get(FirstAnswerRow.class, new FirstAnswerRow.Key(token, key));
          return row == null ? new Before.UnderWay(now) : row.seenBy(request);
        });
  }

  @Override
  public void answered(String token, String key, int status, SealedAnswer answer) {
    sessions.inStatelessTransaction(
        session ->
            session
                .createNativeMutationQuery(
                    "update first_answer set status = :status, answer = :answer"
                        + " where token = :token and key = :key")
                .setParameter("status", status)
                .setParameter("answer", answer.text())
                .setParameter("token", token)
                .setParameter("key", key)
                .executeUpdate());
  }

  @Override
  public void forget(String token, String key) {
    sessions.inStatelessTransaction(
        session ->
            session
                .createNativeMutationQuery(
                    "delete from first_answer where token = :token and key = :key")
                .setParameter("token", token)
                .setParameter("key", key)
                .executeUpdate());
  }
}
