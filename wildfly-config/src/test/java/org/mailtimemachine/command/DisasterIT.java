package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Properties;
import java.util.SortedMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.LiveMail;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.RestorePlanner;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.RestoreScope;
import org.mailtimemachine.restore.Restorer;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/**
 * The database is deleted under a running server, the server is lost, and the Store goes to another
 * place: a new server with an empty database answers there what the old one did, and the restore
 * that somebody had requested still waits for an administrator.
 */
class DisasterIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void ofTheStoreAloneEveryDayIsReadableAndEveryRequestIsThere() throws Exception {
    Path directory = TestHost.testDirectory().resolve("disaster");
    FileTree.delete(directory);
    DemoDirectory demo = DemoDirectory.open(directory.resolve("lost"));
    new MadeUpMail(Clock.systemUTC())
        .prepare(demo, new Progress(new PrintWriter(Writer.nullWriter())));
    MadeUpPasswords passwords;
    try (Store store = Store.open(demo.store())) {
      passwords = MadeUpPasswords.of(store.mailboxes(), demo.credentials());
    }
    Path passwdFile = directory.resolve("passwd");
    passwords.writePasswdFile(passwdFile);
    Properties settings = new Properties();
    settings.setProperty("mtm.signin", "passwd-file");
    settings.setProperty("mtm.signin.passwd-file", passwdFile.toString());

    SortedMap<String, String> before;
    UUID request;
    try (TestHost lost = TestHost.start(demo.path(), demo.mail(), settings)) {
      lost.awaitIndexed(passwords);
      before = Answers.of(lost, passwords);
      request = request(demo, passwords);
      deleteAll(lost.database());
    }

    Path other = Files.createDirectories(directory.resolve("other"));
    Path mail = other.resolve("mail");
    copy(demo.store(), other.resolve("store"));
    Files.move(demo.mail(), mail);
    FileTree.delete(demo.path());
    try (TestHost found = TestHost.start(other, mail, settings)) {
      found.awaitIndexed(passwords);
      SortedMap<String, String> after = Answers.of(found, passwords);
      assertThat(before).hasSizeGreaterThan(100);
      assertThat(after).isEqualTo(before);
      awaitPending(found.database(), request);
    }
  }

  /** As the webmail files one: its job lies in the Store. */
  private static UUID request(DemoDirectory demo, MadeUpPasswords passwords) throws Exception {
    LiveMail mail = LiveMail.onDisk(MailboxSettings.inDirectories(demo.mail()), Clock.systemUTC());
    try (Store store = Store.open(demo.store())) {
      for (MailboxAddress mailbox : passwords.byAddress().keySet()) {
        for (SnapshotName day : store.snapshots(mailbox)) {
          RestorePlan plan =
              new RestorePlanner(store, mail, Clock.systemUTC())
                  .plan(
                      new RestoreRequest(
                          UUID.randomUUID(),
                          mailbox,
                          day,
                          new RestoreScope.WholeMailbox(),
                          RestoreRequest.Target.ORIGINAL_FOLDERS,
                          false,
                          Clock.systemUTC().instant(),
                          ""));
          if (!plan.changesNothing()) {
            new Restorer(store, mail, Clock.systemUTC()).acceptRequested(plan, "");
            return plan.id();
          }
        }
      }
    }
    throw new AssertionError("nothing is missing in the mail of the demo");
  }

  private static void deleteAll(WildFlyServer.Database database) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("drop schema public cascade");
    }
  }

  private static void copy(Path from, Path to) throws Exception {
    Process copying =
        new ProcessBuilder("cp", "-a", from.toString(), to.toString()).inheritIO().start();
    assertThat(copying.waitFor()).isZero();
  }

  private static void awaitPending(WildFlyServer.Database database, UUID request) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    String state = "";
    while (!state.equals("PENDING")) {
      assertThat(System.nanoTime()).as("the request is " + state).isLessThan(end);
      Thread.sleep(Duration.ofMillis(100));
      try (Connection connection = connect(database);
          Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "select state from restore_request where id = '" + request + "'")) {
        state = row.next() ? row.getString(1) : "unknown";
      }
    }
  }

  private static Connection connect(WildFlyServer.Database database) throws SQLException {
    return DriverManager.getConnection(database.url(), database.user(), database.password());
  }
}
