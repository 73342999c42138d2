package org.mailtimemachine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.catalogue.AcceptedPasswords;
import org.mailtimemachine.snapshot.catalogue.AcceptedPasswords.Proof;

class JpaAcceptedPasswordsTest {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.org");
  private static final MailboxAddress MARCO = MailboxAddress.of("marco@example.org");
  private static final Instant MORNING = Instant.parse("2026-11-14T08:00:00Z");

  private TestDatabase database;
  private AcceptedPasswords passwords;

  @BeforeEach
  void open() throws SQLException {
    database = TestDatabase.open();
    passwords = new JpaAcceptedPasswords(database.sessions());
  }

  @Test
  void theLastOneOfEachMailboxIsKept() {
    passwords.keep(ANNA, new Proof("first", MORNING), MORNING);
    passwords.keep(MARCO, new Proof("other", MORNING), MORNING);
    passwords.keep(ANNA, new Proof("second", MORNING.plusSeconds(1)), MORNING);

    assertThat(passwords.find(ANNA)).contains(new Proof("second", MORNING.plusSeconds(1)));
    assertThat(passwords.find(MARCO)).contains(new Proof("other", MORNING));
    assertThat(passwords.find(MailboxAddress.of("x@example.org"))).isEmpty();
  }

  @Test
  void whatIsTooOldGoesWhosoeverSignsIn() {
    passwords.keep(ANNA, new Proof("old", MORNING), MORNING);
    Instant later = MORNING.plus(Duration.ofDays(8));
    passwords.keep(MARCO, new Proof("new", later), later.minus(Duration.ofDays(7)));

    assertThat(passwords.find(ANNA)).isEmpty();
    assertThat(passwords.find(MARCO)).isPresent();
  }

  @Test
  void aForgottenMailboxLeavesNone() {
    passwords.keep(ANNA, new Proof("hers", MORNING), MORNING);
    passwords.keep(MARCO, new Proof("his", MORNING), MORNING);
    database
        .sessions()
        .inStatelessTransaction(
            session -> {
              MailboxRow row = new MailboxRow(ANNA);
              session.insert(row);
              new Forgetting(session, row.id).forgetMailbox();
            });

    assertThat(passwords.find(ANNA)).isEmpty();
    assertThat(passwords.find(MARCO)).isPresent();
  }
}
