package org.mailtimemachine.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.command.doctor.Doveconf;
import org.mailtimemachine.command.doctor.DovecotHost;
import org.mailtimemachine.snapshot.MailHostSurvey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mtm init}: looks at the mail host, says what it found, and writes the settings. */
@Command(
    name = "init",
    description =
        "Looks at this mail host (Dovecot, Postfix, mailboxes), says what it found, and writes the"
            + " settings for it. Nothing of the host itself is changed.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:the settings are written",
      "1:no mailbox was found, or there are settings already; a sentence says what to do",
      "64:wrong use"
    })
final class InitCommand implements Callable<Integer> {

  private static final List<String> UNITS =
      List.of("mail-time-machine.service", "mtm-night.service", "mtm-upkeep.service");
  private static final int MOST_NAMED = 5;
  private static final String PASSWD_FILE = "mtm.mailboxes.passwd-file";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "/etc/mail-time-machine/mtm.properties",
      description = "The file to write (default: ${DEFAULT-VALUE}).")
  private Path config;

  @Option(
      names = "--maildirs",
      paramLabel = "ROOT",
      description = "Directory that all Maildirs lie in, where Dovecot does not say it.")
  private @Nullable Path maildirs;

  @Option(
      names = "--store",
      paramLabel = "DIR",
      description = "Where snapshots are to be kept (default: beside the mail, <ROOT>-snapshots).")
  private @Nullable Path store;

  @Option(
      names = "--doveconf",
      paramLabel = "FILE",
      description =
          "What 'doveconf -n' printed; default: doveconf is run, where this machine has one.")
  private @Nullable Path doveconf;

  @Option(
      names = "--db-url",
      paramLabel = "URL",
      defaultValue = "jdbc:postgresql://127.0.0.1:5432/mailtimemachine",
      description = "The database (default: ${DEFAULT-VALUE}).")
  private String database;

  @Option(names = "--dry-run", description = "Print the settings, write nothing.")
  private boolean dryRun;

  @Option(
      names = "--force",
      description = "Replace settings that are there; the old file is kept as FILE.old.")
  private boolean force;

  @Option(
      names = "--sql",
      description =
          "Print only the SQL that makes the database of the settings in FILE, for a pipe into psql.")
  private boolean sql;

  @Spec private CommandSpec spec;

  InitCommand() {}

  @Override
  public Integer call() throws Exception {
    if (sql) {
      return printSql();
    }
    if (!dryRun && !force && Files.exists(config)) {
      throw new CommandFailed(
          "There are settings already: %s. Edit them, or write them anew with --force, which keeps the old ones as %s.old."
              .formatted(config, config.getFileName()));
    }
    PrintWriter out = spec.commandLine().getOut();
    Optional<Path> program = Doveconf.find();
    Optional<DovecotHost> dovecot = dovecot(program);
    ProgressBar bar = new ProgressBar(spec.commandLine().getErr(), "mailboxes");
    FoundHost host =
        FoundHost.look(
            dovecot,
            program.map(path -> path.resolveSibling("doveadm")).filter(Files::isExecutable),
            Optional.ofNullable(maildirs).map(path -> path.toAbsolutePath().normalize()),
            ProgressBar.isWatched() ? bar::draw : (_, _) -> {});
    if (ProgressBar.isWatched()) {
      bar.clear();
    }
    Path place = store == null ? host.storeBeside() : store.toAbsolutePath().normalize();
    FoundHost.SignIn signIn = host.signIn();
    Optional<String> name = FoundHost.postfixName();
    boolean smtp = FoundHost.greeting(25).startsWith("220");
    describe(out, host, place, signIn, smtp);
    Map<String, String> settings = settings(host, place, signIn, smtp, name);
    if (dryRun) {
      out.println();
      out.print(text(settings));
      out.flush();
      return 0;
    }
    write(out, host, place, settings);
    next(out);
    out.flush();
    return 0;
  }

  private Optional<DovecotHost> dovecot(Optional<Path> program)
      throws IOException, InterruptedException {
    if (doveconf != null) {
      return Optional.of(DovecotHost.of(Files.readString(doveconf)));
    }
    return program.isPresent()
        ? Optional.of(DovecotHost.of(Doveconf.run(program.get(), Optional.empty())))
        : Optional.empty();
  }

  private void describe(
      PrintWriter out, FoundHost host, Path place, FoundHost.SignIn signIn, boolean smtp)
      throws IOException {
    MailHostSurvey survey = host.survey();
    out.println("Found on this host:");
    line(
        out,
        "mail server",
        host.dovecot()
            .map(
                known ->
                    "Dovecot %s%s"
                        .formatted(
                            known.version().orElse(""),
                            known.schema().map(schema -> ", users of " + schema).orElse("")))
            .orElse("no Dovecot on this machine"));
    line(
        out,
        "mailboxes",
        String.format(
            Locale.ROOT,
            "%,d, %s, %,d messages",
            survey.mailboxes(),
            size(survey.bytes()),
            survey.messages()));
    line(out, "", "below " + host.root());
    line(out, "", "found by " + host.source());
    if (survey.withoutMaildir() > 0) {
      line(out, "", "%,d without a Maildir yet".formatted(survey.withoutMaildir()));
    }
    boolean same = survey.otherFileSystems() == 0 && sameFileSystem(host.root(), place);
    line(
        out,
        "store",
        "%s (%s), same file system: %s"
            .formatted(place, FoundHost.fileSystem(place), same ? "yes" : "NO"));
    if (!same) {
      line(
          out,
          "",
          "hard links cannot cross file systems: name another --store, or set mtm.store.strategy = copy");
    }
    line(out, "sign-in", signIn.words());
    line(
        out,
        "letters",
        smtp ? "SMTP on 127.0.0.1:25" : "NO mail server on 127.0.0.1:25; set mtm.mail.smtp");
    List<Map.Entry<String, String>> failures = List.copyOf(survey.failures().entrySet());
    failures.stream()
        .limit(MOST_NAMED)
        .forEach(each -> line(out, "not readable", each.getKey() + ": " + each.getValue()));
    if (failures.size() > MOST_NAMED) {
      line(out, "", "and %d more".formatted(failures.size() - MOST_NAMED));
    }
    out.flush();
  }

  private static boolean sameFileSystem(Path root, Path place) throws IOException {
    return Files.getAttribute(FoundHost.nearest(place), "unix:dev")
        .equals(Files.getAttribute(root, "unix:dev"));
  }

  private static void line(PrintWriter out, String what, String words) {
    out.printf("  %-12s %s%n", what, words);
  }

  private static String size(long bytes) {
    return bytes < 10_000_000_000L
        ? String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000)
        : String.format(Locale.ROOT, "%,d GB", bytes / 1_000_000_000);
  }

  private Map<String, String> settings(
      FoundHost host, Path place, FoundHost.SignIn signIn, boolean smtp, Optional<String> name) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("mtm.server.directory", "/var/lib/mail-time-machine/server");
    settings.put("mtm.db.url", database);
    settings.put("mtm.db.user", "mailtimemachine");
    settings.put("mtm.db.password", MadeUpPasswords.madeUp() + MadeUpPasswords.madeUp());
    settings.putAll(host.mail());
    settings.put("mtm.store", place.toString());
    settings.put("mtm.zone", ZoneId.systemDefault().getId());
    settings.putAll(signIn.settings());
    if (host.dovecot().filter(DovecotHost::countsQuota).isPresent()) {
      Doveconf.find()
          .map(path -> path.resolveSibling("doveadm").toString())
          .ifPresent(doveadm -> settings.put("mtm.quota.doveadm", doveadm));
    }
    if (smtp) {
      settings.put("mtm.mail.smtp", "127.0.0.1:25");
    }
    name.ifPresent(host1 -> settings.put("mtm.mail.from", "mail-time-machine@" + host1));
    return settings;
  }

  /** In the form of a properties file, with a word on what a host will want to look at. */
  private static String text(Map<String, String> settings) {
    StringBuilder text = new StringBuilder();
    text.append(
        "# Mail Time Machine. docs/operations.md lists all settings; mtm doctor checks them.\n");
    settings.forEach(
        (name, value) -> text.append(name).append(" = ").append(escaped(value)).append('\n'));
    text.append(
        """

        # Links in letters, once the reverse proxy stands:
        #mtm.webmail.url = https://mail.example.org/
        #mtm.console.url = https://mail.example.org/admin/
        # Told of every request, besides the administrators themselves:
        #mtm.mail.administrators = postmaster@example.org
        """);
    return text.toString();
  }

  /** As {@link java.util.Properties} reads it. */
  private static String escaped(String value) {
    return value.replace("\\", "\\\\");
  }

  private void write(PrintWriter out, FoundHost host, Path place, Map<String, String> settings)
      throws IOException {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    Optional<ServiceAccount> owner =
        ServiceAccount.ofMail(host.survey().owners(), host.survey().example());
    Optional<ServiceAccount> account =
        root ? owner.or(ServiceAccount::ofPackage) : Optional.empty();
    Path directory = config.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    if (Files.exists(config)) {
      Files.copy(
          config,
          config.resolveSibling(config.getFileName() + ".old"),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    MadeUpPasswords.writePrivately(config, text(settings));
    List<Path> written = new ArrayList<>(List.of(config));
    if (account.isPresent()) {
      account.get().giveGroup(config);
      Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-r-----"));
      if (directory != null && !directory.equals(Path.of("/etc"))) {
        account.get().giveGroup(directory);
      }
    }
    if (root && owner.isPresent() && ofPackage()) {
      List<GroupPrincipal> groups = new ArrayList<>();
      if (settings.containsKey(PASSWD_FILE)) {
        owner.get().groupToRead(Path.of(settings.get(PASSWD_FILE))).ifPresent(groups::add);
      }
      for (String unit : UNITS) {
        Path dropIn = Path.of("/etc/systemd/system", unit + ".d", "owner-of-mail.conf");
        Files.createDirectories(dropIn.getParent());
        Files.writeString(dropIn, owner.get().unit(groups));
        written.add(dropIn);
      }
    }
    // The parent belongs to root as a rule: the account could not make it itself.
    if (account.isPresent() && Files.notExists(place)) {
      OwnDirectory.makePrivate(place);
      account.get().give(place);
      written.add(place);
    }
    out.println();
    out.println("Written:");
    written.forEach(path -> out.println("  " + path));
    if (owner.isPresent()) {
      out.println(
          "The services run as %s, whom all mail belongs to."
              .formatted(owner.get().user().getName()));
    }
  }

  /** Whether the units of the package are there. */
  private static boolean ofPackage() {
    return UNITS.stream()
        .allMatch(
            unit ->
                Files.exists(Path.of("/lib/systemd/system", unit))
                    || Files.exists(Path.of("/etc/systemd/system", unit)));
  }

  private void next(PrintWriter out) {
    String file =
        config.equals(Path.of("/etc/mail-time-machine/mtm.properties"))
            ? ""
            : " --config " + config;
    out.printf(
        """

        Next:
          mtm init --sql%1$s | runuser -u postgres -- psql     makes the database, on this machine
          mtm doctor --config %2$s                             says what is still missing
          mtm admin add NAME --email ADDRESS --config %2$s     the first administrator of the console
          systemctl daemon-reload && systemctl enable --now mail-time-machine
        Then put a reverse proxy with TLS in front of port 8080 (docs/operations.md).
        """,
        file, config);
  }

  /** The password goes through a pipe, and stands in no list of processes. */
  private int printSql() throws IOException {
    Settings settings = Settings.read(config);
    String url = settings.required("mtm.db.url");
    String name = url.replaceFirst("[?;].*", "").replaceFirst(".*/", "");
    PrintWriter out = spec.commandLine().getOut();
    String user = settings.required("mtm.db.user");
    out.printf(
        "CREATE ROLE %s LOGIN PASSWORD '%s';%n",
        identifier(user), settings.required("mtm.db.password").replace("'", "''"));
    out.printf("CREATE DATABASE %s OWNER %s;%n", identifier(name), identifier(user));
    out.flush();
    return 0;
  }

  private static String identifier(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
