package org.mailtimemachine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    preferences.change(ANNA, before -> "language=it");
    preferences.change(ANNA, before -> "language=it theme=dark");

    assertThat(preferences.find(ANNA)).contains("language=it theme=dark");
    assertThat(preferences.find(MARCO)).isEmpty();
    assertThat(database.count("preferences")).isOne();
  }

  @Test
  void whatIsChangedAtOnceInTwoPlacesIsAllKept() throws Exception {
    List<Future<String>> changes = new ArrayList<>();
    try (ExecutorService browsers = Executors.newFixedThreadPool(2)) {
      for (int i = 0; i < 40; i++) {
        String word = Integer.toString(i);
        changes.add(browsers.submit(() -> preferences.change(ANNA, before -> before + word + " ")));
      }
    }
    for (Future<String> change : changes) {
      change.get();
    }
    assertThat(preferences.find(ANNA).orElseThrow().strip().split(" ")).hasSize(40);
  }

  @Test
  void aTextThatIsTooLongIsRefused() {
    assertThatThrownBy(() -> preferences.change(ANNA, before -> "x".repeat(1_001)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("anna@example.org");
  }

  @Test
  void aForgottenMailboxLeavesNoPreferences() {
    preferences.change(ANNA, before -> "theme=dark");
    preferences.change(MARCO, before -> "theme=light");
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
