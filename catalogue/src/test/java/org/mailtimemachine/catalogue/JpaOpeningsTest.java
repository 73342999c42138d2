package org.mailtimemachine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.desk.Notice;
import org.mailtimemachine.restore.opening.Opening;
import org.mailtimemachine.restore.opening.Openings;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditFilter;
import org.mailtimemachine.snapshot.audit.SealedEntry;

class JpaOpeningsTest {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.test");
  private static final MailboxAddress MARCO = MailboxAddress.of("marco@example.test");
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static final AuditEntry LINE =
      new AuditEntry(NOW, "carla", "message.open", ANNA.toString(), "why");

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
    return new Opening(
        UUID.randomUUID(),
        mailbox,
        new SnapshotName("2026-11-20"),
        new FolderName("Work"),
        UUID.randomUUID(),
        "An invoice",
        NOW.minusSeconds(3600),
        "carla",
        when,
        "asked whether it is a virus",
        Optional.empty());
  }

  @Test
  void anOpeningIsKeptWithItsLineAndItsLetterUntilItsUserHasSeenIt() {
    Opening first = opening(ANNA, NOW);
    Opening second = opening(ANNA, NOW.plusSeconds(1));
    Opening other = opening(MARCO, NOW);
    openings.keep(first, LINE);
    openings.keep(second, LINE);
    openings.keep(other, LINE);

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
  void whereItsLineCannotBeWrittenNothingOfItIsKept() {
    Opening opening = opening(ANNA, NOW);
    AuditEntry unwritable = new AuditEntry(NOW, "carla", "message.open", "", "\u0000");
    assertThatThrownBy(() -> openings.keep(opening, unwritable))
        .isInstanceOf(RuntimeException.class);

    assertThat(openings.find(opening.id())).isEmpty();
    assertThat(correspondence.unaddressed(10)).isEmpty();
    assertThat(audit.read(AuditFilter.ALL, Long.MAX_VALUE, 10)).isEmpty();
  }

  @Test
  void whatAnOpeningSaysIsSealedInTheLog() {
    openings.keep(opening(ANNA, NOW), LINE);
    assertThat(audit.read(AuditFilter.ALL, Long.MAX_VALUE, 10))
        .singleElement()
        .extracting(SealedEntry::entry)
        .isEqualTo(LINE);
    assertThat(audit.firstBroken()).isEmpty();
  }
}
