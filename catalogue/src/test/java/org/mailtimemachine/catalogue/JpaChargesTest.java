package org.mailtimemachine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.PlanSummary;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.restore.terms.Charge;
import org.mailtimemachine.restore.terms.ChargeQuery;
import org.mailtimemachine.restore.terms.Price;
import org.mailtimemachine.snapshot.SnapshotName;

/** Charges, and how a program reads them while they change. */
class JpaChargesTest {

  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static final Price RATE =
      new Price(
          Currency.getInstance("EUR"), new BigDecimal("2.75"), BigDecimal.ZERO, BigDecimal.ZERO);

  private SessionFactory sessions;
  private JpaCharges charges;

  @BeforeEach
  void emptyDatabase() throws SQLException {
    sessions = TestDatabase.open().sessions();
    charges = new JpaCharges(sessions);
  }

  private static FiledRequest request(UUID id, RequestState state) {
    return new FiledRequest(
        id,
        MailboxAddress.of("anna@example.test"),
        new SnapshotName("2026-11-20"),
        FiledRequest.Asked.MAILBOX,
        RestoreRequest.Target.ORIGINAL_FOLDERS,
        false,
        NOW,
        "",
        Locale.ENGLISH,
        new PlanSummary(3, 300, 0, 0, RATE),
        NOW,
        state,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "");
  }

  private static UUID charge(StatelessSession session, Instant when) {
    FiledRequest confirmed = request(UUID.randomUUID(), RequestState.CONFIRMED);
    session.insert(new RestoreRequestRow(confirmed));
    JpaCharges.follow(session, RequestState.PENDING, confirmed, when);
    return confirmed.id();
  }

  private UUID charge(Instant when) {
    return sessions.fromStatelessTransaction(session -> charge(session, when));
  }

  private void withdraw(UUID id) {
    sessions.inStatelessTransaction(
        session ->
            JpaCharges.follow(
                session, RequestState.CONFIRMED, request(id, RequestState.FAILED), NOW));
  }

  private static ChargeQuery of(Optional<Set<String>> domains, int limit) {
    return new ChargeQuery(domains, "", Optional.empty(), Optional.empty(), false, 0, limit);
  }

  private List<UUID> after(long number) {
    return requests(charges.after(number, of(Optional.empty(), 10)));
  }

  private List<UUID> changedAfter(long change) {
    return requests(charges.changedAfter(change, of(Optional.empty(), 10)));
  }

  private static List<UUID> requests(List<Charge> charges) {
    return charges.stream().map(Charge::request).toList();
  }

  @Test
  void chargesAreNumberedInTheOrderOfTheirCommitsWhateverTheirClocksSay() throws Exception {
    UUID first;
    Future<UUID> waiting;
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      first =
          sessions.fromStatelessTransaction(
              session -> {
                UUID id = charge(session, NOW);
                started.set(other.submit(() -> charge(NOW.minusSeconds(60))));
                assertThat(after(0)).as("nothing is committed yet").isEmpty();
                return id;
              });
      waiting = started.get();
    }
    assertThat(after(0)).containsExactly(first, waiting.get());
    assertThat(after(1)).as("the earlier moment does not hide it").containsExactly(waiting.get());
  }

  private final AtomicReference<Future<UUID>> started = new AtomicReference<>();

  @Test
  void whoGoesOnAfterTheLastChangeLearnsOfEachWithdrawal() {
    UUID one = charge(NOW);
    UUID two = charge(NOW);
    assertThat(changedAfter(0)).containsExactly(one, two);
    assertThat(changedAfter(2)).isEmpty();

    withdraw(one);
    Charge withdrawn = charges.changedAfter(2, of(Optional.empty(), 10)).getFirst();
    assertThat(withdrawn.request()).isEqualTo(one);
    assertThat(withdrawn.withdrawn()).contains(NOW);
    assertThat(withdrawn.changed()).isEqualTo(3);
    withdraw(one);
    assertThat(changedAfter(3)).as("once").isEmpty();
    assertThat(changedAfter(0)).containsExactly(two, one);
    assertThat(after(0)).as("a list keeps its order").containsExactly(one, two);
    UUID three = charge(NOW);
    assertThat(changedAfter(3)).containsExactly(three);
  }

  @Test
  void aListIsReadInPiecesAndOnlyOfOnesOwnDomains() {
    UUID one = charge(NOW);
    charge(NOW);
    assertThat(requests(charges.after(0, of(Optional.of(Set.of("example.test")), 1))))
        .containsExactly(one);
    assertThat(charges.after(0, of(Optional.of(Set.of("other.test")), 10))).isEmpty();
    assertThat(charges.changedAfter(0, of(Optional.of(Set.of()), 10))).isEmpty();
  }
}
