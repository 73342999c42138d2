package org.mailtimemachine.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mtm demo}: the whole product on one machine, with mail that was made up for it. */
@Command(
    name = "demo",
    description =
        "Shows everything on this machine: mail host, fifteen past days, database, server.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DemoCommand implements Callable<Integer> {

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where it keeps everything (default: ${DEFAULT-VALUE}).")
  private Path directory = defaultDirectory();

  @Option(
      names = "--http-port",
      paramLabel = "N",
      description = "On 127.0.0.1 (default: ${DEFAULT-VALUE}).")
  private int httpPort = 8080;

  @Option(
      names = "--background",
      description = "Return when it is ready; mtm stop --dir DIR ends it.")
  private boolean background;

  @Option(
      names = "--mail",
      paramLabel = "ROOT",
      description = "Show your own <domain>/<user> Maildirs. ROOT is only read.")
  private @Nullable Path mail;

  @Spec private CommandSpec spec;

  private volatile boolean stopping;

  DemoCommand() {}

  static Path defaultDirectory() {
    return Installation.current().home().resolveSibling("demo");
  }

  @Override
  public Integer call() throws Exception {
    Installation installation = Installation.current().requireServer();
    ShownMail shown = shownMail();
    DemoDirectory demo = DemoDirectory.open(directory);
    demo.lock();
    if (Files.exists(demo.background()) && WildFlyServer.isRunning(demo.server())) {
      throw new CommandFailed(
          "This demo is running already, on %s; mtm stop --dir %s ends it."
              .formatted(Files.readString(demo.background()).strip(), demo.path()));
    }
    demo.stop(); // what a killed launcher has left
    LoopbackPort.requireFree(httpPort, "--http-port");

    Thread stop = new Thread(() -> stop(demo), "stop"); // Ctrl-C
    Runtime.getRuntime().addShutdownHook(stop);
    PrintWriter out = spec.commandLine().getOut();
    Progress progress = new Progress(out);

    progress.say("Starting the database");
    EmbeddedPostgres postgres =
        EmbeddedPostgres.start(demo.databasePrograms(), demo.database(), LoopbackPort.free());
    List<String> whatToTry = shown.prepare(demo, progress);
    List<MailboxAddress> users = mailboxes(demo);
    Set<MailboxAddress> everybody = new LinkedHashSet<>(users);
    everybody.addAll(DemoAdministrators.mailboxes(demo.mail()));
    MadeUpPasswords passwords = MadeUpPasswords.of(everybody, demo.credentials());
    passwords.writeClear(demo.credentials());
    passwords.writePasswdFile(demo.passwdFile());

    int mailPort = LoopbackPort.free();
    LoopbackMailServer.startProcess(demo.mail(), mailPort, demo.mailServer());
    progress.say("Starting the server");
    WildFlyServer.Database database =
        new WildFlyServer.Database(postgres.jdbcUrl(), postgres.user(), postgres.password());
    URI address = URI.create("http://127.0.0.1:" + httpPort + "/");
    WildFlyServer server =
        WildFlyServer.start(
            installation,
            new WildFlyServer.Run(
                demo.server(),
                settings(demo, mail == null, address, mailPort),
                httpPort,
                LoopbackPort.free(),
                WildFlyServer.SMALL,
                database));
    DemoAdministrators administrators =
        DemoAdministrators.make(database, users.getFirst().domain(), demo.consoleCredentials());
    new IndexedDays(address, passwords.only(users)).await(progress);
    progress.say("Ready");
    List<String> sentences = new ArrayList<>(whatToTry);
    sentences.addAll(DemoAdministrators.whatToTry(users.getFirst(), demo.mail()));
    print(out, demo, address, passwords, administrators, sentences);
    if (background) {
      Files.writeString(demo.background(), address + "\n");
      Runtime.getRuntime().removeShutdownHook(stop);
      return 0;
    }
    server.await();
    if (stopping) {
      return 0;
    }
    throw new CommandFailed("The server has ended by itself; see " + demo.server() + "/log.");
  }

  private ShownMail shownMail() throws IOException {
    Clock clock = Clock.system(ZoneId.systemDefault());
    return mail == null ? new MadeUpMail(clock) : OwnMail.of(mail, directory, clock);
  }

  /** Those of users. */
  private static List<MailboxAddress> mailboxes(DemoDirectory demo) throws IOException {
    try (Store store = Store.open(demo.store())) {
      return store.mailboxes().stream()
          .filter(mailbox -> !DemoAdministrators.isOwn(mailbox))
          .toList();
    }
  }

  private void print(
      PrintWriter out,
      DemoDirectory demo,
      URI address,
      MadeUpPasswords passwords,
      DemoAdministrators administrators,
      List<String> whatToTry) {
    out.println();
    out.println("  " + address);
    out.println();
    passwords.byAddress().entrySet().stream()
        .limit(10)
        .forEach(each -> out.println("  %-24s %s".formatted(each.getKey(), each.getValue())));
    out.println("  (these were made up, and stand in " + demo.credentials() + ")");
    out.println();
    out.println("  " + address + "admin/  (the administrator's console)");
    out.println();
    administrators
        .passwords()
        .forEach((name, password) -> out.println("  %-24s %s".formatted(name, password)));
    out.println("  (these stand in " + demo.consoleCredentials() + ")");
    out.println();
    out.println("What to try first:");
    whatToTry.forEach(sentence -> out.println("  - " + sentence));
    out.println();
    out.println(background ? "./mtm stop --dir " + demo.path() + " ends it." : "Ctrl-C ends it.");
    out.flush();
  }

  private static Properties settings(DemoDirectory demo, boolean lives, URI address, int mailPort) {
    Properties settings = new Properties();
    if (lives) {
      settings.putAll(DemoMirror.settings(demo));
    }
    settings.setProperty("mtm.store", demo.store().toString());
    settings.setProperty("mtm.maildirs", demo.mail().toString());
    settings.setProperty("mtm.signin", "passwd-file");
    settings.setProperty("mtm.signin.passwd-file", demo.passwdFile().toString());
    // Somebody's own mail is a copy that stands still: every night would be the same.
    settings.setProperty("mtm.nights", lives ? "on" : "off");
    settings.setProperty("mtm.mail.smtp", "127.0.0.1:" + mailPort);
    settings.setProperty("mtm.mail.from", "mail-time-machine@demo.test");
    settings.setProperty("mtm.webmail.url", address.toString());
    settings.setProperty("mtm.console.url", address + "admin/");
    settings.setProperty("mtm.zone", ZoneId.systemDefault().getId());
    return settings;
  }

  private void stop(DemoDirectory demo) {
    stopping = true;
    try {
      demo.stop();
    } catch (IOException e) {
      throw new CommandFailed("The demo could not be stopped", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
