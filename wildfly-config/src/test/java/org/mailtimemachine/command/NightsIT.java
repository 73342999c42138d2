package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;

/**
 * A server that was down at midnight takes the night when it starts, of the users of a database.
 */
class NightsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @Test
  void theNightThatWasMissedIsTakenAtStart() throws Exception {
    Path directory = TestHost.testDirectory().resolve("nights");
    FileTree.delete(directory);
    Path mail = directory.resolve("mail");
    Path anna = Files.createDirectories(mail.resolve("example.test/anna"));
    Files.createDirectories(anna.resolve("new"));
    Files.createDirectories(anna.resolve("cur"));
    Files.writeString(anna.resolve("cur/1.a:2,S"), "Subject: kept\n\nkept\n");
    Files.createDirectories(mail.resolve("example.test/nobody/cur")); // no user of the database
    Properties settings = new Properties();
    settings.setProperty("mtm.nights", "on");
    settings.setProperty("mtm.signin.imap.security", "none");
    // The database of the server will do: what is tested is that its driver is found.
    settings.setProperty("mtm.mailboxes.sql.url", "${MTM_DB_URL}");
    settings.setProperty("mtm.mailboxes.sql.user", "${MTM_DB_USER}");
    settings.setProperty("mtm.mailboxes.sql.password", "${MTM_DB_PASSWORD}");
    settings.setProperty(
        "mtm.mailboxes.sql.query",
        "select 'anna' as username, 'example.test' as domain, '%s' as mail".formatted(anna));
    LocalDate before = LocalDate.now(Clock.systemUTC());
    try (TestHost host = TestHost.start(directory, mail, settings)) {
      assertThat(host).isNotNull();
      Run run = await(directory.resolve("store"), before);
      assertThat(run.complete()).as(run.problems().toString()).isTrue();
      assertThat(run.all()).isTrue();
      assertThat(run.mailboxes()).isEqualTo(1);
      assertThat(run.messages()).isEqualTo(1);
    }
  }

  /** The night of the day, or of the next one where midnight has just passed. */
  private static Run await(Path path, LocalDate date) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      if (Files.exists(path.resolve("format"))) {
        try (Store store = Store.open(path)) {
          Optional<Run> run = store.run(SnapshotName.nightly(date));
          run = run.isPresent() ? run : store.run(SnapshotName.nightly(date.plusDays(1)));
          if (run.isPresent()) {
            return run.get();
          }
        }
      }
      Thread.sleep(Duration.ofMillis(200));
    }
    throw new AssertionError("no night was taken; see server/log/server.log beside " + path);
  }
}
