package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.mailtimemachine.command.ThrowawayMachine.Outcome;

/** The Debian package on a mail host with a real Dovecot, from its installation to its end. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PackageIT {

  private static final Path PACKAGES = Path.of(System.getProperty("mtm.packages"));
  private static final String CONFIG = "/etc/mail-time-machine/mtm.properties";
  private static final String USER = "alice@example.test";
  private static final String PASSWORD = "open sesame";

  private static Path directory;
  private static ThrowawayMachine machine;
  private static EmbeddedPostgres postgres;
  private static boolean dovecot;

  @BeforeAll
  static void start() throws Exception {
    directory = Files.createTempDirectory(Path.of("/var/tmp"), "mtm");
    assumeTrue(
        ThrowawayMachine.isPossible(directory),
        "a machine to install into needs root, dpkg, and a disk that can carry an overlay");
    machine = ThrowawayMachine.start(directory.resolve("machine"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    postgres =
        EmbeddedPostgres.start(
            directory.resolve("binaries"), directory.resolve("postgres"), LoopbackPort.free());
  }

  @AfterAll
  static void stop() throws Exception {
    if (machine != null) {
      if (dovecot) {
        machine.run("doveadm stop");
      }
      machine.close();
    }
    if (postgres != null) {
      postgres.close();
    }
    FileTree.delete(directory);
  }

  @Test
  @Order(1)
  void itInstallsAndSaysWhatIsNext() throws Exception {
    Outcome outcome = install(PACKAGES.resolve("mail-time-machine.deb"));

    assertThat(outcome.words()).contains("mtm init");
    assertThat(said("mtm --version")).startsWith("Mail Time Machine");
    assertThat(said("getent passwd mail-time-machine")).contains("/var/lib/mail-time-machine");
    assertThat(said("stat -c '%a %U:%G' /etc/mail-time-machine /var/lib/mail-time-machine"))
        .isEqualTo("750 root:mail-time-machine\n750 mail-time-machine:mail-time-machine\n");
    assertThat(said("find /usr/share/mail-time-machine -perm /o+w ! -type l"))
        .as("what everybody may write")
        .isEmpty();
    assertThat(said("ls /usr/share/doc/mail-time-machine/monitoring"))
        .isEqualTo("grafana-dashboard.json\nprometheus-rules.yml\nprometheus-scrape.yml\n");
  }

  @Test
  @Order(2)
  void everyVerbHasItsManualPage() throws Exception {
    List<String> verbs =
        Mtm.commandLine().getSubcommands().entrySet().stream()
            .flatMap(
                each ->
                    each.getValue().getSubcommands().isEmpty()
                        ? Stream.of("mtm-" + each.getKey())
                        : each.getValue().getSubcommands().keySet().stream()
                            .map(verb -> "mtm-" + each.getKey() + "-" + verb))
            .toList();

    List<String> pages =
        said("ls /usr/share/man/man1").lines().filter(name -> name.startsWith("mtm")).toList();

    assertThat(verbs).hasSizeGreaterThan(30);
    assertThat(pages).containsAll(verbs.stream().map(verb -> verb + ".1.gz").toList());
    assertThat(said("zcat /usr/share/man/man1/mtm-snapshot-take.1.gz")).contains("\\-\\-nightly");
  }

  @Test
  @Order(3)
  void theShellCompletesAndSystemdTakesTheUnits() throws Exception {
    assertThat(
            said(
                "bash -c '. /usr/share/bash-completion/completions/mtm; COMP_WORDS=(mtm snap);"
                    + " COMP_CWORD=1; _complete_mtm; echo ${COMPREPLY[*]}'"))
        .isEqualTo("snapshot\n");
    assumeTrue(machine.run("command -v systemd-analyze").status() == 0, "there is no systemd");
    assertThat(
            said(
                "cd /lib/systemd/system; systemd-analyze verify mail-time-machine.service"
                    + " mtm-mirror.service mtm-night.service mtm-night.timer mtm-upkeep.service"
                    + " mtm-upkeep.timer 2>&1 | grep -i mtm || true"))
        .isEmpty();
  }

  @Test
  @Order(4)
  void initFindsTheMailOfTheHostAndWritesItsSettings() throws Exception {
    assumeTrue(RealDovecotOf.isPossible(machine), "there is no Dovecot, or something on port 143");
    RealDovecotOf.start(machine);
    dovecot = true;

    Outcome outcome = machine.run("mtm init --db-url " + postgres.jdbcUrl());

    assertThat(outcome.words())
        .contains("Dovecot 2.")
        .contains("2, 0 MB, 3 messages")
        .contains("below /srv/mail/vmail")
        .contains("the passwd-file /etc/dovecot/host-users")
        .contains("/srv/mail/vmail-snapshots")
        .contains("same file system: yes")
        .contains("IMAP on 127.0.0.1:143")
        .contains("The services run as vmail");
    assertThat(outcome.status()).isZero();
    assertThat(said("stat -c '%a %U:%G' " + CONFIG)).isEqualTo("640 root:vmail\n");
    assertThat(said("cat /etc/systemd/system/mail-time-machine.service.d/*.conf"))
        .contains("User=vmail")
        .contains("SupplementaryGroups=dovecot");
    assertThat(machine.run("mtm init").words()).contains("settings already").contains("--force");
  }

  @Test
  @Order(5)
  void theFirstNightGoesByTheUnitAndTheDoctorFindsNothing() throws Exception {
    assumeTrue(dovecot, "there is no host");
    assertThat(said("mtm init --sql"))
        .matches(
            """
            CREATE ROLE "mailtimemachine" LOGIN PASSWORD '[a-z]{28}';
            CREATE DATABASE "mailtimemachine" OWNER "mailtimemachine";
            """);
    // There is such a role already, in the PostgreSQL of the test.
    said(
        "sed -i 's/^mtm.db.password = .*/mtm.db.password = %s/' %s"
            .formatted(postgres.password(), CONFIG));

    said(asVmail(unit("mtm-night.service")));

    Outcome doctor = machine.run("mtm doctor --config " + CONFIG);
    assertThat(doctor.words()).doesNotContain("error:");
    assertThat(said("mtm snapshot list --config " + CONFIG)).contains("2");
  }

  @Test
  @Order(6)
  void theServerRunsAsTheUnitSaysAndUsersSignIn() throws Exception {
    assumeTrue(dovecot, "there is no host");
    int port = LoopbackPort.free();
    said(
        "printf 'mtm.http.port = %d\\nmtm.management.port = %d\\nmtm.server.jvm = %s\\n' >>%s"
            .formatted(port, LoopbackPort.free(), WildFlyServer.SMALL, CONFIG));
    // What StateDirectory= does.
    said("chown vmail:vmail /var/lib/mail-time-machine");
    Path output = directory.resolve("server");
    Process server = machine.start("exec " + asVmail(unit("mail-time-machine.service")), output);
    try {
      await(server, output, "Ready on");
      assertThat(get(port, "/api/v1/snapshots").body()).contains("\"name\"");
    } finally {
      server.destroy();
      server.waitFor(60, TimeUnit.SECONDS);
    }
    assertThat(machine.run("pgrep -u vmail java").words()).isEmpty();
  }

  @Test
  @Order(7)
  void anUpgradeKeepsWhatTheHostHas() throws Exception {
    String before = kept();
    Path newer = directory.resolve("newer");
    HostProgram.run(
        List.of(
            "dpkg-deb",
            "-R",
            PACKAGES.resolve("mail-time-machine.deb").toString(),
            newer.toString()),
        directory);
    Path control = newer.resolve("DEBIAN/control");
    Files.writeString(
        control, Files.readString(control).replaceFirst("Version: .*", "Version: 99.0"));
    Path deb = directory.resolve("newer.deb");
    HostProgram.run(
        List.of("dpkg-deb", "-Znone", "-b", newer.toString(), deb.toString()), directory);

    install(deb);

    assertThat(said("dpkg-query -W -f '${Version}' mail-time-machine")).isEqualTo("99.0");
    assertThat(kept()).isEqualTo(before);
    assertThat(said("mtm --version")).startsWith("Mail Time Machine");
  }

  @Test
  @Order(8)
  void removingKeepsSettingsAndMail() throws Exception {
    String before = kept();

    said("dpkg -r mail-time-machine");

    assertThat(
            machine
                .run("ls /usr/bin/mtm /usr/share/mail-time-machine /var/cache/mail-time-machine")
                .words())
        .doesNotContain("start.aot")
        .contains("No such file");
    assertThat(kept()).isEqualTo(before);
  }

  @Test
  @Order(9)
  void purgingTakesTheSettingsAndLeavesTheMail() throws Exception {
    String store = said("find /srv/mail | sort | sha256sum");

    assertThat(said("dpkg -P mail-time-machine")).contains("store of snapshots");

    assertThat(
            machine
                .run(
                    "ls -d /etc/mail-time-machine /var/lib/mail-time-machine"
                        + " /etc/systemd/system/mail-time-machine.service.d")
                .words()
                .lines())
        .allMatch(line -> line.contains("No such file"))
        .hasSize(3);
    assertThat(said("find /srv/mail | sort | sha256sum")).isEqualTo(store);
    assertThat(machine.run("getent passwd mail-time-machine").status()).isNotZero();
  }

  /** What must outlive the package: settings, and all mail and snapshots. */
  private static String kept() throws Exception {
    return said(
        "cat "
            + CONFIG
            + " 2>/dev/null; find /srv/mail /var/lib/mail-time-machine | sort | sha256sum");
  }

  private static Outcome install(Path deb) throws Exception {
    // The Java of a test machine did not come with a package, as it does on a host.
    Outcome outcome = machine.run("dpkg --force-depends -i " + deb);
    assertThat(outcome.status()).as(outcome.words()).isZero();
    return outcome;
  }

  private static String said(String command) throws Exception {
    Outcome outcome = machine.run(command);
    assertThat(outcome.status()).as("%s: %s", command, outcome.words()).isZero();
    return outcome.words();
  }

  /** The command of a unit. */
  private static String unit(String name) throws Exception {
    Matcher line =
        Pattern.compile("(?m)^ExecStart=(.*)$").matcher(said("cat /lib/systemd/system/" + name));
    assertThat(line.find()).isTrue();
    return line.group(1);
  }

  /** Without any capability, as the drop-in of init says. */
  private static String asVmail(String command) {
    return "setpriv --reuid=vmail --regid=vmail --groups=dovecot --bounding-set=-all --no-new-privs "
        + command;
  }

  private static void await(Process server, Path output, String words) throws Exception {
    long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    while (!Files.readString(output).contains(words)) {
      assertThat(server.isAlive()).as(Files.readString(output)).isTrue();
      assertThat(System.nanoTime()).as(Files.readString(output)).isLessThan(end);
      Thread.sleep(Duration.ofMillis(200));
    }
  }

  private static HttpResponse<String> get(int port, String path)
      throws IOException, InterruptedException {
    String credentials =
        Base64.getEncoder()
            .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .header("Authorization", "Basic " + credentials)
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
