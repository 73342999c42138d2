package org.mailtimemachine.catalogue;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.hibernate.LockMode;
import org.hibernate.SessionFactory;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.desk.Correspondence;
import org.mailtimemachine.restore.desk.Letter;
import org.mailtimemachine.restore.desk.Notice;

/** Letters in PostgreSQL. */
final class JpaCorrespondence implements Correspondence {

  private final SessionFactory sessions;

  JpaCorrespondence(SessionFactory sessions) {
    this.sessions = sessions;
  }

  @Override
  public List<Notice> unaddressed(int most) {
    return sessions.fromStatelessSession(
        session ->
            session
                .createSelectionQuery(
                    "from NoticeRow where not addressed order by createdAt, subject, kind",
                    NoticeRow.class)
                .setMaxResults(most)
                .getResultStream()
                .map(row -> new Notice(row.subject, row.kind))
                .toList());
  }

  @Override
  public void address(Notice notice, Set<String> recipients, Instant now) {
    sessions.inStatelessTransaction(
        session -> {
          @Nullable NoticeRow row =
              session.get(
                  NoticeRow.class,
                  new NoticeRow.Key(notice.subject(), notice.kind()),
                  LockMode.PESSIMISTIC_WRITE);
          if (row != null && !row.addressed) {
            recipients.forEach(
                recipient ->
                    session.insert(new LetterRow(UUID.randomUUID(), notice, recipient, now)));
            row.addressed = true;
            session.update(row);
          }
        });
  }

  @Override
  public List<Letter> take(Instant now, Instant again, int most) {
    return sessions.fromStatelessTransaction(
        session -> {
          // What another server is just taking is passed over.
          List<LetterRow> due =
              session
                  .createNativeQuery(
                      "select * from letter where due_at <= :now order by due_at, id"
                          + " limit :most for update skip locked",
                      LetterRow.class)
                  .setParameter("now", now)
                  .setParameter("most", most)
                  .getResultList();
          List<Letter> letters = due.stream().map(LetterRow::letter).toList();
          for (LetterRow row : due) {
            row.tries++;
            row.dueAt = again;
            session.update(row);
          }
          return letters;
        });
  }

  @Override
  public boolean told(Notice notice) {
    return sessions.fromStatelessSession(
        session ->
            session
                    .createSelectionQuery(
                        "select count(*) from LetterRow where subject = :subject and kind = :kind"
                            + " and sentAt is not null",
                        Long.class)
                    .setParameter("subject", notice.subject())
                    .setParameter("kind", notice.kind())
                    .getSingleResult()
                > 0);
  }

  @Override
  public void sent(UUID letter, Instant now) {
    change("dueAt = null, sentAt = :moment, problem = :why", letter, now, "");
  }

  @Override
  public void failed(UUID letter, Instant again, String why) {
    change("dueAt = :moment, problem = :why", letter, again, why);
  }

  @Override
  public void givenUp(UUID letter, String why) {
    sessions.inStatelessTransaction(
        session ->
            session
                .createMutationQuery(
                    "update LetterRow set dueAt = null, problem = :why where id = :id")
                .setParameter("why", why)
                .setParameter("id", letter)
                .executeUpdate());
  }

  private void change(String what, UUID letter, Instant moment, String why) {
    sessions.inStatelessTransaction(
        session ->
            session
                .createMutationQuery("update LetterRow set " + what + " where id = :id")
                .setParameter("moment", moment)
                .setParameter("why", why)
                .setParameter("id", letter)
                .executeUpdate());
  }
}
