package org.mailtimemachine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.desk.DeskFigures;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.Letter;
import org.mailtimemachine.restore.desk.Notice;
import org.mailtimemachine.restore.desk.PlanSummary;
import org.mailtimemachine.restore.desk.RequestLimits;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.restore.terms.Price;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.audit.AuditEntry;

class JpaCorrespondenceTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final Instant SOON = NOW.plus(Duration.ofMinutes(5));
  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.org");

  private JpaCorrespondence correspondence;
  private JpaDeskFigures figures;
  private Notice notice;

  @BeforeEach
  void aRequestOfWhichAdministratorsAreToBeTold() throws SQLException {
    TestDatabase database = TestDatabase.open();
    correspondence = new JpaCorrespondence(database.sessions());
    figures = new JpaDeskFigures(database.sessions());
    JpaRequestBook book = new JpaRequestBook(database.sessions());
    FiledRequest request = request(RequestState.DRAFT);
    assertThat(book.file(request, RequestLimits.DEFAULT)).isEmpty();
    notice = new Notice(request.id(), Notice.Kind.REQUESTED);
    assertThat(
            book.replace(
                RequestState.DRAFT,
                new FiledRequest(
                    request.id(),
                    ANNA,
                    request.snapshot(),
                    request.asked(),
                    request.target(),
                    false,
                    NOW,
                    "",
                    Locale.ITALIAN,
                    request.plan(),
                    SOON,
                    RequestState.PENDING,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    ""),
                new AuditEntry(NOW, "anna@example.org", "restore.pending", "anna@example.org", ""),
                Optional.of(Notice.Kind.REQUESTED)))
        .isTrue();
  }

  private static FiledRequest request(RequestState state) {
    return new FiledRequest(
        UUID.randomUUID(),
        ANNA,
        new SnapshotName("2026-11-20"),
        FiledRequest.Asked.MAILBOX,
        RestoreRequest.Target.ORIGINAL_FOLDERS,
        false,
        NOW,
        "",
        Locale.ITALIAN,
        new PlanSummary(3, 1_000, 2, 1, Price.FREE),
        SOON,
        state,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "");
  }

  @Test
  void aNoticeBecomesOneLetterToEachOnce() {
    assertThat(correspondence.unaddressed(10)).containsExactly(notice);

    correspondence.address(notice, Set.of("one@example.org", "two@example.org"), NOW);
    correspondence.address(notice, Set.of("one@example.org", "three@example.org"), NOW);

    assertThat(correspondence.unaddressed(10)).isEmpty();
    assertThat(correspondence.take(NOW, SOON, 10))
        .extracting(Letter::recipient)
        .containsExactlyInAnyOrder("one@example.org", "two@example.org");
  }

  @Test
  void requestsAreCountedByTheirStateAndLettersUntilTheyAreSent() {
    assertThat(figures.totals())
        .isEqualTo(
            new DeskFigures.Totals(Map.of(RequestState.PENDING, 1L), 0, 0, Duration.ZERO, 0, 0));

    correspondence.address(notice, Set.of("one@example.org", "two@example.org"), NOW);
    Letter first = correspondence.take(NOW, SOON, 1).getFirst();
    correspondence.failed(first.id(), SOON, "connection refused");
    assertThat(figures.totals().letters()).isEqualTo(2);
    assertThat(figures.totals().failing()).isEqualTo(1);

    correspondence.sent(first.id(), SOON);
    assertThat(figures.totals().letters()).isEqualTo(1);
    assertThat(figures.totals().failing()).isZero();
  }

  @Test
  void aLetterIsNobodyElsesUntilItIsSentOrDueAgain() {
    correspondence.address(notice, Set.of("one@example.org"), NOW);

    Letter first = correspondence.take(NOW, SOON, 10).getFirst();
    assertThat(first.notice()).isEqualTo(notice);
    assertThat(first.tries()).isZero();
    assertThat(correspondence.take(NOW, SOON, 10)).isEmpty();
    assertThat(correspondence.take(SOON, SOON.plusSeconds(60), 10))
        .as("whoever took it has died")
        .containsExactly(new Letter(first.id(), notice, "one@example.org", 1));

    correspondence.sent(first.id(), SOON);
    assertThat(correspondence.take(SOON.plus(Duration.ofDays(9)), SOON, 10)).isEmpty();
  }

  @Test
  void aLetterThatFailedIsTriedAgainUntilItIsGivenUp() {
    correspondence.address(notice, Set.of("one@example.org"), NOW);
    Letter letter = correspondence.take(NOW, NOW.plusSeconds(600), 10).getFirst();

    correspondence.failed(letter.id(), SOON, "connection refused");
    assertThat(correspondence.take(SOON.minusSeconds(1), SOON, 10)).isEmpty();
    assertThat(correspondence.take(SOON, SOON.plusSeconds(1), 10)).hasSize(1);
    correspondence.givenUp(letter.id(), "no such user");
    assertThat(correspondence.take(SOON.plus(Duration.ofDays(9)), SOON, 10)).isEqualTo(List.of());
  }
}
