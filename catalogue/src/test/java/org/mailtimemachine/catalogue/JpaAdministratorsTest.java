package org.mailtimemachine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.Administrators;
import org.mailtimemachine.restore.administrator.RecoveryCode;
import org.mailtimemachine.restore.administrator.SealedSeed;
import org.mailtimemachine.restore.administrator.SecondFactor;
import org.mailtimemachine.restore.administrator.SecondFactors;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditFilter;

/** Administrators and their second factors in a database. */
class JpaAdministratorsTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final AuditEntry LINE = new AuditEntry(NOW, "carla", "test", "carla", "");

  private TestDatabase database;
  private Administrators administrators;
  private SecondFactors factors;

  @BeforeEach
  void two() throws SQLException {
    database = TestDatabase.open();
    administrators = new JpaAdministrators(database.sessions());
    factors = new JpaSecondFactors(database.sessions());
    insert("'carla', 'carla@example.org', 'it', 'example.net example.org', false");
    insert("'anna', '', 'en', null, true");
  }

  private void insert(String values) {
    database
        .sessions()
        .inStatelessTransaction(
            session ->
                session
                    .createNativeMutationQuery(
                        "insert into administrator (name, email, language, domains, disabled,"
                            + " password, password_since) values ("
                            + values
                            + ", 'a:1:b:c', '2026-11-22T09:00:00Z')")
                    .executeUpdate());
  }

  @Test
  void anAdministratorIsFoundByTheExactName() {
    Administrators.Account carla = administrators.find("carla").orElseThrow();

    assertThat(carla.administrator())
        .isEqualTo(
            new Administrator(
                "carla",
                "carla@example.org",
                Locale.ITALIAN,
                Optional.of(Set.of("example.org", "example.net")),
                false));
    assertThat(carla.password().text()).isEqualTo("a:1:b:c");
    assertThat(carla.passwordSince()).isEqualTo(Instant.parse("2026-11-22T09:00:00Z"));
    assertThat(administrators.find("Carla")).isEmpty();
    assertThat(administrators.find("' or true --")).isEmpty();
  }

  @Test
  void allAreListedByNameAlsoThoseWhoAreDisabledOrOfTheHost() {
    assertThat(administrators.all())
        .extracting(Administrator::name)
        .containsExactly("anna", "carla");
    assertThat(administrators.all().getFirst().ofHost()).isTrue();
    assertThat(administrators.all().getFirst().disabled()).isTrue();
  }

  private static SecondFactor fresh() {
    return SecondFactor.fresh(
        new SealedSeed("1:a:b:c"), Set.of(new RecoveryCode("abcd").hash()), 7, NOW);
  }

  @Test
  void aSecondFactorIsKeptReplacedAndRemoved() {
    assertThat(factors.find("carla")).isEmpty();
    factors.set("carla", fresh(), LINE);
    assertThat(factors.find("carla")).contains(fresh());
    assertThat(factors.find("anna")).isEmpty();
    factors.set("carla", SecondFactor.fresh(new SealedSeed("2:a:b:c"), Set.of(), 9, NOW), LINE);
    assertThat(factors.find("carla").orElseThrow().seed().text()).isEqualTo("2:a:b:c");
    factors.remove("carla", LINE);
    assertThat(factors.find("carla")).isEmpty();
    assertThat(new JpaAuditLog(database.sessions()).read(AuditFilter.ALL, 10, 10)).hasSize(3);
  }

  @Test
  void ofManyWhoSendTheSameCodeAtOnceOneIsLetIn() throws Exception {
    factors.set("carla", fresh(), LINE);
    List<Callable<Boolean>> all =
        Stream.<Callable<Boolean>>generate(() -> () -> factors.use("carla", 8, NOW))
            .limit(8)
            .toList();
    int letIn = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Boolean> each : threads.invokeAll(all)) {
        letIn += each.get() ? 1 : 0;
      }
    }

    assertThat(letIn).isOne();
    assertThat(factors.use("carla", 7, NOW)).as("an older one").isFalse();
    assertThat(factors.use("carla", 9, NOW)).isTrue();
    assertThat(factors.use("anna", 9, NOW)).as("who has none").isFalse();
  }

  @Test
  void aRecoveryCodeIsUsedOnceAndWrongCodesAreCounted() {
    factors.set("carla", fresh(), LINE);
    String hash = new RecoveryCode("abcd").hash();

    assertThat(factors.useRecovery("carla", "another", LINE)).isFalse();
    assertThat(factors.useRecovery("carla", hash, LINE)).isTrue();
    assertThat(factors.useRecovery("carla", hash, LINE)).isFalse();

    for (int failure = 0; failure < SecondFactor.MOST_FAILURES; failure++) {
      factors.failed("carla", NOW, LINE);
    }
    assertThat(factors.find("carla").orElseThrow().paused(NOW)).isTrue();
    assertThat(factors.use("carla", 8, NOW)).as("under way when the pause began").isFalse();
    factors.failed("carla", NOW.plus(SecondFactor.PAUSE), LINE);
    assertThat(factors.find("carla").orElseThrow().failures()).as("after the pause").isOne();
    assertThat(factors.use("carla", 8, NOW)).isTrue();
    assertThat(factors.find("carla").orElseThrow().failures()).isZero();
  }

  @Test
  void aRecoveryCodeEndsThePauseAndAWrongOneDoesNot() {
    factors.set("carla", fresh(), LINE);
    for (int failure = 0; failure < SecondFactor.MOST_FAILURES; failure++) {
      factors.failed("carla", NOW, LINE);
    }
    assertThat(factors.useRecovery("carla", "another", LINE)).isFalse();
    assertThat(factors.find("carla").orElseThrow().paused(NOW)).isTrue();
    assertThat(factors.useRecovery("carla", new RecoveryCode("abcd").hash(), LINE)).isTrue();
    assertThat(factors.find("carla").orElseThrow().paused(NOW)).isFalse();
  }
}
