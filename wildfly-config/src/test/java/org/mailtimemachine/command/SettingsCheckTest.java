package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsCheckTest {

  @TempDir Path directory;
  private final Properties lines = new Properties();

  @BeforeEach
  void host() throws IOException {
    set("mtm.store", directory.resolve("store").toString());
    set("mtm.maildirs", Files.createDirectory(directory.resolve("mail")).toString());
    set("mtm.zone", "Europe/Rome");
    set("mtm.db.url", "jdbc:postgresql://127.0.0.1:1/nobody-listens");
    set("mtm.db.password", "top secret");
  }

  private void set(String name, String value) {
    lines.setProperty(name, value);
  }

  private List<String> problems() {
    return SettingsCheck.problems(new Settings(directory.resolve("settings"), lines));
  }

  @Test
  void onlyTheDatabaseIsMissingOnThisHost() {
    assertThat(problems()).singleElement().asString().startsWith("mtm.db.url: ");
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnceAndByName() {
    set("mtm.zone", "Europe/Rom");
    set("mtm.nights", "yes");
    set("mtm.signin", "passwd-file");
    set("mtm.signin.passwd-file", directory.resolve("nobody").toString());
    set("mtm.mail.smtp", "localhost:smtp");
    set("mtm.mail.administrators", "root@example.org; second");
    set("mtm.console.url", "mail.example.org");
    set("mtm.indexing.interval", "10");
    set("mtm.retention.days", "0");
    set("mtm.restore.days-to-confirm", "soon");
    set("mtm.oidc.provider-url", "http://id.example.org");
    set("mtm.oidc.second-factor", "yes");
    set("mtm.maildirs", directory.resolve("elsewhere").toString());
    set("mtm.mailboxes.doveadm", directory.resolve("doveadm").toString());
    assertThat(problems())
        .extracting(problem -> problem.replaceFirst(":.*", ""))
        .containsExactly(
            "mtm.zone",
            "mtm.nights",
            "mtm.mail.smtp",
            "mtm.mail.administrators",
            "mtm.console.url",
            "mtm.indexing.interval",
            "mtm.retention.days",
            "mtm.restore.days-to-confirm",
            "mtm.signin.passwd-file",
            "mtm.oidc.second-factor",
            "mtm.oidc.provider-url",
            "mtm.oidc.client-id",
            "mtm.mailboxes.doveadm",
            "mtm.maildirs",
            "mtm.db.url");
    assertThat(problems()).noneMatch(problem -> problem.contains("secret"));
  }

  @Test
  void messagesAreNotOpenedWhereNobodyCanBeTold() {
    set("mtm.admin.open-messages", "true");
    assertThat(problems()).contains("mtm.mail.smtp: not set, but mtm.admin.open-messages is true");
    set("mtm.mail.smtp", "127.0.0.1:25");
    assertThat(problems()).noneMatch(problem -> problem.contains("open-messages"));
  }

  @Test
  void sourcesThatContradictEachOtherAndUnknownStrategiesAreNamed() {
    set("mtm.mailboxes", directory + "/mail/%d/%n");
    set("mtm.mailboxes.sql.url", "jdbc:postgresql://127.0.0.1:1/users");
    assertThat(problems())
        .anyMatch(problem -> problem.contains("mtm.mailboxes, mtm.mailboxes.sql.url"));
    set("mtm.store.strategy", "magic");
    assertThat(problems()).anyMatch(problem -> problem.startsWith("mtm.store.strategy: "));
  }

  @Test
  void aStoreThatIsNoneIsNamedBeforeTheServerStarts() throws IOException {
    Path store = Files.createDirectory(directory.resolve("store"));
    Files.writeString(store.resolve("format"), "something else\n");
    assertThat(problems()).anyMatch(problem -> problem.startsWith("mtm.store: "));
  }

  @Test
  void aMisspeltRetentionStopsTheStartAndOtherNamesAreWarnings() {
    set("mtm.retention.weeks", "4");
    set("mtm.signin.port", "143");
    assertThat(problems())
        .first()
        .asString()
        .isEqualTo("mtm.retention.weeks is no setting: is mtm.retention.weekly meant?");
    assertThat(problems()).noneMatch(problem -> problem.contains("mtm.signin.port"));
    StringWriter words = new StringWriter();
    new Settings(Path.of("settings"), lines).warnOfUnknown(new PrintWriter(words));
    assertThat(words.toString())
        .contains(
            "warning: settings: mtm.signin.port is no setting: is mtm.signin.imap.port meant?");
  }
}
