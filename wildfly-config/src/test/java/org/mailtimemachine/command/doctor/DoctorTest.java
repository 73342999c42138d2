package org.mailtimemachine.command.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.MirrorSettings;
import org.mailtimemachine.mirror.register.NewMirror;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.TakeProgress;

class DoctorTest {

  private static final Instant NIGHT = Instant.parse("2026-11-22T00:00:00Z");

  @TempDir private Path host;
  private Path mail;
  private Path store;

  @BeforeEach
  void takeANight() throws IOException {
    mail = host.resolve("mail");
    store = host.resolve("store");
    Path maildir = mail.resolve("example.test/anna");
    for (String part : List.of("cur", "new", "tmp")) {
      Files.createDirectories(maildir.resolve(part));
    }
    Files.writeString(maildir.resolve("cur/1.a:2,S"), "Subject: One\n\nText\n");
    try (SnapshotEngine engine =
        SnapshotEngine.open(mail, store, Clock.fixed(NIGHT, ZoneOffset.UTC))) {
      engine.take(new SnapshotName("2026-11-22"), TakeProgress.NONE);
    }
  }

  private List<Advice> examine(String now, Optional<String> doveconf) throws IOException {
    return new Doctor(Clock.fixed(Instant.parse(now), ZoneOffset.UTC), host)
        .examine(
            new Doctor.Patient(Optional.empty(), doveconf, Optional.of(store), Optional.of(mail)));
  }

  private List<String> checks(String now) throws IOException {
    return named(examine(now, Optional.empty()));
  }

  private static List<String> named(List<Advice> found) {
    return found.stream().map(advice -> advice.severity() + " " + advice.check()).toList();
  }

  @Test
  void aHealthyHostHasNoFindings() throws IOException {
    assertThat(examine("2026-11-22T09:00:00Z", Optional.of("mail_location = maildir:~/Maildir\n")))
        .isEmpty();
  }

  @Test
  void aNightThatIsMissingIsAnErrorAndSoIsAClockThatWentBack() throws IOException {
    assertThat(checks("2026-11-23T01:59:00Z")).isEmpty();
    assertThat(checks("2026-11-23T02:01:00Z")).containsExactly("error last-night");
    assertThat(checks("2026-11-21T23:00:00Z")).containsExactly("error clock");
  }

  @Test
  void aStoreThatOthersMayEnterIsAnError() throws IOException {
    Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwxr-x---"));
    assertThat(checks("2026-11-22T09:00:00Z")).containsExactly("error store-mode");
  }

  @Test
  void aMissingStoreAndOneThatIsNoStoreAreNamed() throws IOException {
    store = host.resolve("nowhere");
    assertThat(checks("2026-11-22T09:00:00Z")).containsExactly("warning store-missing");
    store =
        Files.createDirectory(
            host.resolve("other"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    assertThat(checks("2026-11-22T09:00:00Z")).containsExactly("error store-unreadable");
  }

  @Test
  void aStoreAmongTheMailIsFound() throws IOException {
    Path among = mail.resolve("store");
    Files.move(store, among);
    store = among;
    assertThat(checks("2026-11-22T09:00:00Z")).containsExactly("warning store-among-domains");
    store = Files.move(among, mail.resolve(".store"));
    assertThat(checks("2026-11-22T09:00:00Z")).isEmpty();
    store = Files.move(store, mail.resolve("example.test/anna/store"));
    assertThat(checks("2026-11-22T09:00:00Z")).containsExactly("error store-in-maildir");
  }

  @Test
  void aStoreOnAnotherFileSystemIsFound() throws IOException {
    Path memory = Path.of("/dev/shm");
    assumeTrue(
        Files.isDirectory(memory)
            && !Files.getAttribute(memory, "unix:dev").equals(Files.getAttribute(mail, "unix:dev")),
        "needs /dev/shm on another file system than the temporary directory");
    mail = memory;
    assertThat(checks("2026-11-22T09:00:00Z")).contains("error other-file-system");
  }

  @Test
  void mailboxesWithoutASnapshotAreNamed() throws IOException {
    Files.createDirectories(mail.resolve("format/anna/cur")); // a domain that no store can keep
    try (SnapshotEngine engine =
        SnapshotEngine.open(mail, store, Clock.fixed(NIGHT.plusSeconds(86_400), ZoneOffset.UTC))) {
      engine.take(new SnapshotName("2026-11-23"), TakeProgress.NONE);
    }
    assertThat(examine("2026-11-23T09:00:00Z", Optional.empty()))
        .singleElement()
        .satisfies(
            advice -> {
              assertThat(advice.check()).isEqualTo("failed-mailboxes");
              assertThat(advice.what()).contains("anna@format");
            });
  }

  @Test
  void theSettingsNameStoreAndDatabase() throws IOException {
    Path settings = host.resolve("mtm.properties");
    try (ServerSocket database = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.writeString(
          settings,
          """
          mtm.store = %s
          mtm.maildirs = %s
          mtm.db.url = jdbc:postgresql://127.0.0.1:%d/mtm
          mtm.db.password = secret
          mtm.zone = Europe/Rome
          """
              .formatted(store, mail, database.getLocalPort()));
      Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-------"));
      assertThat(ofSettings(settings)).isEmpty();
    }
    assertThat(ofSettings(settings)).containsExactly("error database");
    Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-r--r--"));
    Files.writeString(
        settings, "mtm.db.password = secret\nmtm.zone = Nowhere/Rome\nmtm.maildirs = /nowhere\n");
    assertThat(ofSettings(settings))
        .containsExactly("error setting", "error maildirs-missing", "warning settings-mode");
  }

  @Test
  void wrongValuesAndUnknownNamesAreFoundInTheSettings() throws IOException {
    Path settings = host.resolve("mtm.properties");
    Files.writeString(
        settings,
        """
        mtm.signin = passwd
        mtm.signin.imap.port = imaps
        mtm.retention.days = -1
        mtm.retention.month = 12
        mtm.nigths = on
        """);
    assertThat(ofSettings(settings))
        .containsExactly(
            "error unknown-setting",
            "error setting",
            "error setting",
            "error setting",
            "warning unknown-setting");
  }

  @Test
  void theRootThatAPatternNamesIsLookedAt() throws IOException {
    Path settings = host.resolve("mtm.properties");
    Files.writeString(settings, "mtm.mailboxes = %s/nowhere/%%d/%%n%n".formatted(host));
    assertThat(ofSettings(settings)).containsExactly("error maildirs-missing");
    Path among = Files.move(store, mail.resolve("store"));
    Files.writeString(
        settings, "mtm.store = %s%nmtm.mailboxes = %s/%%d/%%n%n".formatted(among, mail));
    assertThat(ofSettings(settings)).containsExactly("warning store-among-domains");
  }

  @Test
  void mirrorsThatCannotBeReadAreNamed() throws Exception {
    Path settings = host.resolve("mtm.properties");
    Path mirrors = host.resolve("mirrors");
    Files.writeString(
        settings, "mtm.mirror.directory = %s%nmtm.maildirs = %s%n".formatted(mirrors, mail));
    assertThat(ofSettings(settings)).containsExactly("error mirror-unreadable");
    MirrorSettings register =
        MirrorSettings.of(
                name ->
                    Optional.ofNullable(
                        Map.of(
                                "mtm.mirror.directory",
                                mirrors.toString(),
                                "mtm.maildirs",
                                mail.toString())
                            .get(name)))
            .orElseThrow();
    MirrorRegister.openOrMake(register, Clock.systemUTC())
        .add(
            new NewMirror(
                new MirrorSource.AllRecipients("example.org"), true, List.of(), 9, true, false),
            "p");
    assertThat(ofSettings(settings)).doesNotContain("warning mirror-mailbox-unreadable");
    Path audit = mirrors.resolve("read-only/example.org/_audit");
    Files.move(audit, host.resolve("aside"));
    Files.createSymbolicLink(audit, host.resolve("mtm.properties"));
    assertThat(ofSettings(settings)).contains("warning mirror-mailbox-unreadable");
  }

  @Test
  void aRunRecordThatCannotBeReadIsAnError() throws IOException {
    Files.writeString(store.resolve("runs/2026-11-21"), "rot");
    assertThat(checks("2026-11-22T09:00:00Z")).containsExactly("error run-record");
  }

  private List<String> ofSettings(Path settings) throws IOException {
    return named(
        new Doctor(Clock.fixed(NIGHT.plusSeconds(60), ZoneOffset.UTC), host)
            .examine(
                new Doctor.Patient(
                    Optional.of(settings), Optional.empty(), Optional.empty(), Optional.empty())));
  }

  @Test
  void backupProgramsAreToldAboutLinks() throws IOException {
    Files.createDirectories(host.resolve("usr/bin"));
    Files.createDirectories(host.resolve("etc"));
    Files.createFile(host.resolve("usr/bin/borg"));
    Files.createFile(host.resolve("etc/rsnapshot.conf"));
    assertThat(checks("2026-11-22T09:00:00Z")).containsExactly("note borg", "note rsnapshot");
  }

  @Test
  void theRealDoveconfIsRead() throws Exception {
    Optional<Path> program = Doveconf.find();
    assumeTrue(program.isPresent(), "there is no doveconf on this machine");
    Path configuration = host.resolve("dovecot.conf");
    Files.writeString(
        configuration,
        """
        ssl = no
        mail_location = maildir:~/Maildir:CONTROL=/var/control/%u
        mail_plugins = lazy_expunge
        plugin {
          lazy_expunge = EXPUNGED
          lazy_expunge_only_last_instance = yes
        }
        namespace inbox {
          inbox = yes
          mailbox EXPUNGED {
            autoexpunge = 7d
          }
        }
        """);
    String printed = Doveconf.run(program.get(), Optional.of(configuration));
    assumeTrue(
        DovecotConfiguration.parse(printed).version().orElse("").startsWith("2.3"),
        "this configuration is one of Dovecot 2.3");
    assertThat(named(examine("2026-11-22T09:00:00Z", Optional.of(printed))))
        .containsExactlyInAnyOrder("error lazy-expunge", "note save-date", "warning control-files");
  }
}
