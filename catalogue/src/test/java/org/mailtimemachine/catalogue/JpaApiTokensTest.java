package org.mailtimemachine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.restore.administrator.ApiToken;
import org.mailtimemachine.restore.administrator.ApiTokens;
import org.mailtimemachine.restore.administrator.FirstAnswers;
import org.mailtimemachine.restore.administrator.FirstAnswers.Before;
import org.mailtimemachine.restore.administrator.FollowUp;
import org.mailtimemachine.restore.administrator.FollowUps;
import org.mailtimemachine.restore.administrator.SealedAnswer;
import org.mailtimemachine.restore.administrator.TokenGrant;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditFilter;

/** Tokens of programs, what they were answered, and follow-ups in a database. */
class JpaApiTokensTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final ApiToken TOKEN = ApiToken.fresh();

  private TestDatabase database;
  private ApiTokens tokens;
  private FirstAnswers answers;

  @BeforeEach
  void oneToken() throws SQLException {
    database = TestDatabase.open();
    tokens = new JpaApiTokens(database.sessions());
    answers = new JpaFirstAnswers(database.sessions());
    run(
        "insert into administrator (name, email, language, domains, disabled, password,"
            + " password_since) values ('carla', '', 'en', null, false, 'a:1:b:c', '%s')"
                .formatted(NOW));
    run(
        "insert into api_token values ('%s', 'carla', 'billing', 'WRITE', '%s', '%s')"
            .formatted(
                TOKEN.hash(),
                NOW.atOffset(ZoneOffset.UTC),
                NOW.plus(Duration.ofDays(1)).atOffset(ZoneOffset.UTC)));
  }

  private void run(String sql) {
    database
        .sessions()
        .inStatelessTransaction(session -> session.createNativeMutationQuery(sql).executeUpdate());
  }

  @Test
  void aTokenIsFoundByItsHashUntilItIsOver() {
    Instant end = NOW.plus(Duration.ofDays(1));

    assertThat(tokens.find(TOKEN.hash(), NOW))
        .contains(new TokenGrant("carla", "billing", TokenGrant.Scope.WRITE, NOW, end));
    assertThat(tokens.find(TOKEN.hash(), end)).isEmpty();
    assertThat(tokens.find(ApiToken.fresh().hash(), NOW)).isEmpty();
    run("delete from administrator");
    assertThat(tokens.find(TOKEN.hash(), NOW)).isEmpty();
  }

  @Test
  void whoAsksAgainWithinADayGetsTheFirstAnswer() {
    SealedAnswer answer = SealedAnswer.of("{}", TOKEN);

    assertThat(begin("key", "one", NOW)).isEqualTo(new Before.Nothing());
    assertThat(begin("key", "one", NOW.plusSeconds(1))).isEqualTo(new Before.UnderWay(NOW));
    answers.answered(TOKEN.hash(), "key", 201, answer);
    assertThat(begin("key", "one", NOW.plusSeconds(2))).isEqualTo(new Before.Answered(201, answer));
    assertThat(begin("key", "two", NOW)).isEqualTo(new Before.SomethingElse());
    assertThat(begin("other key", "one", NOW)).isEqualTo(new Before.Nothing());
    Instant later = NOW.plus(FirstAnswers.REMEMBERED).plusSeconds(1);
    assertThat(begin("key", "two", later)).isEqualTo(new Before.Nothing());
  }

  @Test
  void whatCameToNothingCanBeAskedForAgain() {
    begin("key", "one", NOW);
    answers.forget(TOKEN.hash(), "key");
    assertThat(begin("key", "one", NOW)).isEqualTo(new Before.Nothing());
  }

  @Test
  void ofManyWhoAskAtOnceOneDoesIt() throws Exception {
    List<Callable<Before>> all =
        Stream.<Callable<Before>>generate(() -> () -> begin("key", "one", NOW)).limit(8).toList();
    int first = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Before> each : threads.invokeAll(all)) {
        first += each.get() instanceof Before.Nothing ? 1 : 0;
      }
    }
    assertThat(first).isOne();
  }

  private Before begin(String key, String request, Instant now) {
    return answers.begin(TOKEN.hash(), key, request, now);
  }

  @Test
  void aFollowUpIsKeptWithItsLineInTheLogAndReplaced() {
    FollowUps followUps = new JpaFollowUps(database.sessions());
    FollowUp done = new FollowUp("gap:1", true, "sent again", "carla", NOW);
    FollowUp open = new FollowUp("gap:1", false, "", "bruno", NOW.plusSeconds(1));
    AuditEntry line = new AuditEntry(NOW, "carla", "gap.done", "example.org", "1");

    followUps.note(List.of(done), List.of(line));
    assertThat(followUps.about(List.of("gap:1", "gap:2"))).containsOnly(Map.entry("gap:1", done));
    followUps.note(List.of(open), List.of());
    assertThat(followUps.about(List.of("gap:1"))).containsEntry("gap:1", open);
    assertThat(followUps.about(List.of())).isEmpty();
    assertThat(new JpaAuditLog(database.sessions()).read(AuditFilter.ALL, 10, 10)).hasSize(1);
  }
}
