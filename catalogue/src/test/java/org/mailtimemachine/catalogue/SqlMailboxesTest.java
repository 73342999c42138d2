package org.mailtimemachine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.TakeProgress;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/** The engine's SQL source of Mailboxes; it stands here because the tests' PostgreSQL does. */
class SqlMailboxesTest {

  @TempDir Path directory;
  private final Map<String, String> settings = new HashMap<>();

  @BeforeEach
  void users() throws Exception {
    DataSource database = TestDatabase.empty();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table users (name text, domain text, home text, mail text)");
      statement.execute(
          "insert into users values ('anna', 'example.test', '%1$s/vmail/a', null), ('bob', 'example.test', null, 'maildir:%1$s/vmail/b/Post'), ('eve', 'example.test', '/etc', null), (null, 'example.test', null, null)"
              .formatted(directory));
      settings.put("mtm.mailboxes.sql.url", connection.getMetaData().getURL());
    }
    for (String path : new String[] {"a/Maildir", "b/Post"}) {
      for (String part : new String[] {"cur", "new", "tmp"}) {
        Files.createDirectories(directory.resolve("vmail").resolve(path).resolve(part));
      }
    }
    settings.put("mtm.maildirs", directory.resolve("vmail").toString());
    settings.put("mtm.mailboxes.sql.user", "postgres");
  }

  private Run take(String query) throws Exception {
    settings.put("mtm.mailboxes.sql.query", query);
    MailboxSettings mail =
        MailboxSettings.of(name -> Optional.ofNullable(settings.get(name))).orElseThrow();
    try (SnapshotEngine engine =
        SnapshotEngine.open(
            mail, directory.resolve("store"), Optional.empty(), Clock.systemUTC())) {
      return engine.take(engine.nameByHand(), TakeProgress.NONE);
    }
  }

  @Test
  void aQueryNamesUsersWithTheirHomesOrMail() throws Exception {
    Run run = take("select name as username, domain, home, mail from users");
    assertThat(run.mailboxes()).isEqualTo(2);
    assertThat(run.failed()).containsOnlyKeys("eve@example.test", "@example.test");
    run = take("select name || '@' || domain as user, home from users where name = 'anna'");
    assertThat(run.mailboxes()).isEqualTo(1);
    assertThat(run.complete()).isTrue();
  }

  @Test
  void aQueryThatFailsOrNamesNobodyFailsTheTake() {
    assertThatThrownBy(() -> take("select nothing from users")).hasMessageContaining("nothing");
    assertThatThrownBy(() -> take("select name as user from users"))
        .hasMessageContaining("home or mail");
    assertThatThrownBy(() -> take("select name as user, home from users where false"))
        .hasMessageContaining("names no user at all");
  }
}
