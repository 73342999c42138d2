package org.mailtimemachine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.desk.Notice;
import org.mailtimemachine.restore.opening.Opening;
import org.mailtimemachine.restore.opening.OpeningPermission;
import org.mailtimemachine.restore.opening.OpeningRefusedException;
import org.mailtimemachine.restore.opening.OpeningRefusedException.Why;
import org.mailtimemachine.restore.opening.Openings;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditFilter;
import org.mailtimemachine.snapshot.audit.SealedEntry;

class JpaOpeningsTest {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.test");
  private static final MailboxAddress MARCO = MailboxAddress.of("marco@example.test");
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private TestDatabase database;
  private Openings openings;
  private JpaAuditLog audit;
  private JpaCorrespondence correspondence;

  @BeforeEach
  void open() throws SQLException {
    database = TestDatabase.open();
    openings = new JpaOpenings(database.sessions());
    audit = new JpaAuditLog(database.sessions());
    correspondence = new JpaCorrespondence(database.sessions());
  }

  private static Opening opening(MailboxAddress mailbox, Instant when) {
    return opening(mailbox, when, "carla", "An invoice");
  }

  private static Opening opening(MailboxAddress mailbox, Instant when, String who, String subject) {
    return new Opening(
        UUID.randomUUID(),
        mailbox,
        new SnapshotName("2026-11-20"),
        new FolderName("Work"),
        UUID.randomUUID(),
        subject,
        NOW.minusSeconds(3600),
        who,
        when,
        "asked whether it is a virus",
        Optional.empty());
  }

  @Test
  void anOpeningIsKeptWithItsLineAndItsLetterUntilItsUserHasSeenIt() {
    Opening first = opening(ANNA, NOW);
    Opening second = opening(ANNA, NOW.plusSeconds(1));
    Opening other = opening(MARCO, NOW);
    keep(first);
    keep(second);
    keep(other);

    assertThat(openings.find(first.id())).contains(first);
    assertThat(openings.ofMailbox(ANNA, 10)).containsExactly(second, first);
    assertThat(openings.unseen(ANNA, 10)).containsExactly(second, first);
    assertThat(audit.read(AuditFilter.ALL, Long.MAX_VALUE, 10)).hasSize(3);
    assertThat(correspondence.unaddressed(10))
        .containsExactlyInAnyOrder(
            new Notice(first.id(), Notice.Kind.MESSAGE_OPENED),
            new Notice(second.id(), Notice.Kind.MESSAGE_OPENED),
            new Notice(other.id(), Notice.Kind.MESSAGE_OPENED));

    Instant seen = NOW.plusSeconds(60);
    openings.seen(MARCO, first.id(), seen);
    assertThat(openings.unseen(ANNA, 10)).as("not his").hasSize(2);
    openings.seen(ANNA, first.id(), seen);
    openings.seen(ANNA, first.id(), seen.plusSeconds(60));
    assertThat(openings.unseen(ANNA, 10)).containsExactly(second);
    assertThat(openings.find(first.id()).orElseThrow().seen()).contains(seen);
    assertThat(openings.ofMailbox(ANNA, 1)).containsExactly(second);
  }

  @Test
  void subjectsGoAfterTheirTimeAndTheOpeningsStay() {
    Opening old = opening(ANNA, NOW);
    Opening young = opening(ANNA, NOW.plusSeconds(1));
    keep(old);
    keep(young);

    openings.forgetSubjects(NOW.plusSeconds(1));

    assertThat(openings.ofMailbox(ANNA, 10))
        .extracting(Opening::subject)
        .containsExactly("An invoice", "");
    assertThat(openings.find(old.id()).orElseThrow().reason()).isEqualTo(old.reason());
  }

  @Test
  void whatNobodyCanBeToldOfIsNotKept() throws SQLException {
    Opening opening = opening(ANNA, NOW);
    allow(opening, NOW.plusSeconds(60));
    execute("alter table notice rename to notice_away");
    try {
      assertThatThrownBy(() -> openings.keep(opening)).isInstanceOf(RuntimeException.class);
    } finally {
      execute("alter table notice_away rename to notice");
    }

    assertThat(openings.find(opening.id())).isEmpty();
    assertThat(allowed(opening, NOW)).as("it was not used up").isTrue();
    assertThat(audit.read(AuditFilter.ALL, Long.MAX_VALUE, 10)).isEmpty();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** With what its user has allowed before. */
  private void keep(Opening opening) {
    allow(opening, opening.when().plus(OpeningPermission.HOLDS));
    openings.keep(opening);
  }

  private void allow(Opening opening, Instant until) {
    openings.allow(
        new OpeningPermission(opening.mailbox(), opening.snapshot(), opening.message(), until));
  }

  private boolean allowed(Opening opening, Instant when) {
    return openings.allowed(opening.mailbox(), opening.snapshot(), opening.message(), when);
  }

  private static Why why(ThrowingCallable callable) {
    return catchThrowableOfType(OpeningRefusedException.class, callable).why();
  }

  @Test
  void whatItsUserHasNotAllowedIsNotKeptAndWhatHeHasOnce() {
    Opening opening = opening(ANNA, NOW);
    assertThat(why(() -> openings.keep(opening))).isEqualTo(Why.NOT_ALLOWED);

    allow(opening, NOW);
    assertThat(allowed(opening, NOW)).as("it is over").isFalse();
    assertThat(why(() -> openings.keep(opening))).isEqualTo(Why.NOT_ALLOWED);
    assertThat(openings.find(opening.id())).isEmpty();
    assertThat(correspondence.unaddressed(10)).isEmpty();
    assertThat(audit.read(AuditFilter.ALL, Long.MAX_VALUE, 10)).isEmpty();

    allow(opening, NOW.plusSeconds(60));
    allow(opening, NOW.plusSeconds(30));
    assertThat(allowed(opening, NOW.plusSeconds(45))).as("the later end counts").isTrue();
    for (Opening other : List.of(opening(ANNA, NOW), opening(MARCO, NOW))) {
      assertThat(allowed(other, NOW)).isFalse();
    }
    openings.keep(opening);
    assertThat(allowed(opening, NOW)).as("used up").isFalse();
    Opening again =
        new Opening(
            UUID.randomUUID(),
            ANNA,
            opening.snapshot(),
            opening.folder(),
            opening.message(),
            "",
            NOW,
            "carla",
            NOW,
            "sent again",
            Optional.empty());
    assertThat(why(() -> openings.keep(again))).isEqualTo(Why.NOT_ALLOWED);
    assertThat(openings.ofMailbox(ANNA, 10)).containsExactly(opening);
  }

  @Test
  void withinADayOnlySomeOfAMailboxAndSomeByAnAdministratorAreOpened() {
    Instant early = NOW.minus(Duration.ofDays(1));
    keep(opening(ANNA, early));
    for (int i = 0; i < Openings.MOST_OF_MAILBOX; i++) {
      keep(opening(ANNA, NOW));
    }
    Opening one = opening(ANNA, NOW, "bruno", "");
    assertThat(why(() -> keep(one))).isEqualTo(Why.TOO_MANY);
    assertThat(allowed(one, NOW)).as("not used up by that").isTrue();

    for (int i = Openings.MOST_OF_MAILBOX; i < Openings.MOST_OF_ADMINISTRATOR; i++) {
      keep(opening(MailboxAddress.of("user" + i + "@example.test"), NOW));
    }
    assertThat(why(() -> keep(opening(MARCO, NOW)))).isEqualTo(Why.TOO_MANY);
    keep(opening(MARCO, NOW, "bruno", ""));
  }

  @Test
  void whereItCannotBeWrittenNothingOfItIsKept() {
    Opening opening = opening(ANNA, NOW, "carla", "\u0000");
    allow(opening, NOW.plusSeconds(60));
    assertThatThrownBy(() -> openings.keep(opening)).isInstanceOf(RuntimeException.class);

    assertThat(openings.find(opening.id())).isEmpty();
    assertThat(correspondence.unaddressed(10)).isEmpty();
    assertThat(audit.read(AuditFilter.ALL, Long.MAX_VALUE, 10)).isEmpty();
    assertThat(allowed(opening, NOW)).isTrue();
  }

  @Test
  void whatAnOpeningSaysIsSealedInTheLogAndNotWhichMessageItWas() {
    Opening opening = opening(ANNA, NOW);
    keep(opening);
    AuditEntry line =
        new AuditEntry(
            NOW,
            "carla",
            "message.open",
            ANNA.toString(),
            "opening %s: asked whether it is a virus".formatted(opening.id()));
    assertThat(audit.read(AuditFilter.ALL, Long.MAX_VALUE, 10))
        .singleElement()
        .extracting(SealedEntry::entry)
        .isEqualTo(line);
    assertThat(audit.firstBroken()).isEmpty();
  }
}
