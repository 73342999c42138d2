package org.mailtimemachine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.catalogue.MailboxPreferences;

class JpaMailboxPreferencesTest {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.org");
  private static final MailboxAddress MARCO = MailboxAddress.of("marco@example.org");

  private TestDatabase database;
  private MailboxPreferences preferences;

  @BeforeEach
  void open() throws SQLException {
    database = TestDatabase.open();
    preferences = new JpaMailboxPreferences(database.sessions());
  }

  @Test
  void whatWasKeptLastIsFoundAndOnlyForItsMailbox() {
    preferences.keep(ANNA, "language=it");
    preferences.keep(ANNA, "language=it theme=dark");

    assertThat(preferences.find(ANNA)).contains("language=it theme=dark");
    assertThat(preferences.find(MARCO)).isEmpty();
    assertThat(database.count("preferences")).isOne();
  }

  @Test
  void aTextThatIsTooLongIsRefused() {
    assertThatThrownBy(() -> preferences.keep(ANNA, "x".repeat(1_001)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("anna@example.org");
  }

  @Test
  void aForgottenMailboxLeavesNoPreferences() {
    preferences.keep(ANNA, "theme=dark");
    preferences.keep(MARCO, "theme=light");
    database
        .sessions()
        .inStatelessTransaction(
            session -> {
              MailboxRow row = new MailboxRow(ANNA);
              session.insert(row);
              new Forgetting(session, row.id).forgetMailbox();
            });

    assertThat(preferences.find(ANNA)).isEmpty();
    assertThat(preferences.find(MARCO)).contains("theme=light");
  }
}
