package org.mailtimemachine.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Properties;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.TakeProgress;

/**
 * A whole installation below one directory, started as the product starts it: database, Store,
 * server. What is in its Maildirs becomes visible by {@link #takeSnapshot}.
 */
final class TestHost implements AutoCloseable {

  private final Path directory;
  private final Path mail;
  private final EmbeddedPostgres postgres;
  private final HttpClient client = HttpClient.newHttpClient();
  private final int managementPort;
  private final WildFlyServer server;
  private final URI address;

  private TestHost(
      Path directory,
      Path mail,
      EmbeddedPostgres postgres,
      WildFlyServer server,
      int httpPort,
      int managementPort) {
    this.directory = directory;
    this.mail = mail;
    this.postgres = postgres;
    this.server = server;
    this.managementPort = managementPort;
    this.address = URI.create("http://127.0.0.1:" + httpPort + "/");
  }

  /** Where the tests of this build keep what they make. */
  static Path testDirectory() throws IOException {
    return Files.createDirectories(Path.of(System.getProperty("mtm.test.directory")));
  }

  /**
   * Starts one.
   *
   * @param directory is emptied first, but for the mail
   * @param mail holds {@code <domain>/<user>} Maildirs
   * @param signIn the settings {@code mtm.signin...}, and others; what {@code mtm.server.jvm} has
   *     is added to what a small server gets
   */
  static TestHost start(Path directory, Path mail, Properties signIn)
      throws IOException, InterruptedException {
    FileTree.delete(directory.resolve("postgresql"));
    FileTree.delete(directory.resolve("server"));
    Files.createDirectories(directory);
    Files.createDirectories(mail);
    EmbeddedPostgres postgres =
        EmbeddedPostgres.start(
            testDirectory().resolve("postgresql-programs"),
            Files.createDirectories(directory.resolve("postgresql")),
            LoopbackPort.free());
    try {
      int httpPort = LoopbackPort.free();
      int managementPort = LoopbackPort.free();
      Properties settings = new Properties();
      settings.setProperty("mtm.nights", "off"); // tests take their own
      settings.setProperty("mtm.indexing.interval", "PT0.5S"); // and wait for them
      settings.putAll(signIn);
      settings.setProperty("mtm.store", store(directory).toString());
      settings.setProperty("mtm.maildirs", mail.toString());
      settings.setProperty("mtm.zone", "UTC");
      settings.setProperty("mtm.console.url", "http://127.0.0.1:%d/admin/".formatted(httpPort));
      WildFlyServer server =
          WildFlyServer.start(
              Installation.current(),
              new WildFlyServer.Run(
                  directory.resolve("server"),
                  settings,
                  httpPort,
                  managementPort,
                  WildFlyServer.SMALL + " " + signIn.getProperty("mtm.server.jvm", ""),
                  new WildFlyServer.Database(
                      postgres.jdbcUrl(), postgres.user(), postgres.password())));
      return new TestHost(directory, mail, postgres, server, httpPort, managementPort);
    } catch (IOException | InterruptedException | CommandFailed e) {
      postgres.close();
      throw e;
    }
  }

  /** Takes the nightly Snapshot of a date, of the mail as it is now. */
  static Run takeSnapshot(Path directory, Path mail, LocalDate date) throws IOException {
    Clock midnight = Clock.fixed(date.atStartOfDay(ZoneOffset.UTC).toInstant(), ZoneOffset.UTC);
    try (SnapshotEngine engine = SnapshotEngine.open(mail, store(directory), midnight)) {
      return engine.take(SnapshotName.nightly(date), TakeProgress.NONE);
    }
  }

  /** Takes a Snapshot of the mail as it is now, named by the time. */
  static Run takeSnapshotByHand(Path directory, Path mail, Clock clock) throws IOException {
    try (SnapshotEngine engine = SnapshotEngine.open(mail, store(directory), clock)) {
      return engine.take(engine.nameByHand(), TakeProgress.NONE);
    }
  }

  Run takeSnapshot(LocalDate date) throws IOException {
    return takeSnapshot(directory, mail, date);
  }

  private static Path store(Path directory) {
    return directory.resolve("store");
  }

  /** Of the webmail. */
  URI address() {
    return address;
  }

  /** Holds {@code <domain>/<user>} Maildirs. */
  Path mail() {
    return mail;
  }

  WildFlyServer.Database database() throws IOException {
    return new WildFlyServer.Database(postgres.jdbcUrl(), postgres.user(), postgres.password());
  }

  int managementPort() {
    return managementPort;
  }

  EmbeddedPostgres postgres() {
    return postgres;
  }

  /** Returns when everything that these Mailboxes have in the Store can be opened. */
  void awaitIndexed(MadeUpPasswords passwords) throws IOException, InterruptedException {
    new IndexedDays(address, passwords).await(new Progress(new PrintWriter(Writer.nullWriter())));
  }

  /** What the REST API answers to a Mailbox. */
  HttpResponse<byte[]> get(MailboxAddress mailbox, String password, String path)
      throws IOException, InterruptedException {
    String credentials = mailbox + ":" + password;
    return client.send(
        HttpRequest.newBuilder(address.resolve("api/v1/" + path))
            .header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder()
                        .encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  @Override
  public void close() throws IOException {
    try (postgres;
        server) {
      client.close();
    }
  }
}
