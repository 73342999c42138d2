package org.mailtimemachine.snapshot.mailboxes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mailtimemachine.snapshot.mailboxes.FoundMailboxes.maildir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a Dovecot's user database says, the ordinary and the hostile. */
class UserMailboxesTest {

  @TempDir Path directory;
  private Path root;
  private Path file;

  @BeforeEach
  void anna() throws IOException {
    root = directory.resolve("vmail");
    file = directory.resolve("users");
    maildir(root.resolve("example.test/anna/Maildir"));
  }

  private FoundMailboxes by(String... lines) throws IOException {
    Files.write(file, List.of(lines));
    return FoundMailboxes.by(settings(Map.of()));
  }

  private Map<String, String> settings(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("mtm.maildirs", root.toString());
    settings.put("mtm.mailboxes.passwd-file", file.toString());
    return settings;
  }

  private String line(String user, String home, String extra) {
    return "%s:{PLAIN}secret:5000:5000::%s::%s".formatted(user, home, extra);
  }

  @Test
  void theMaildirLiesBelowTheHome() throws IOException {
    FoundMailboxes found =
        by("# users", "", line("anna@example.test", root + "/example.test/anna/", ""));
    assertThat(found.mailboxes)
        .containsExactly(Map.entry("anna@example.test", "example.test/anna/Maildir"));
    assertThat(found.failed).isEmpty();
  }

  @Test
  void extraFieldsGoBeforeTheOthers() throws IOException {
    maildir(root.resolve("b/Post"));
    FoundMailboxes found =
        by(
            line(
                "bob@example.test",
                "/nowhere",
                "userdb_quota_rule=*:storage=1G userdb_home=%s/b userdb_mail=maildir:~/Post:LAYOUT=fs"
                    .formatted(root)));
    assertThat(found.mailboxes).containsExactly(Map.entry("bob@example.test", "b/Post"));
  }

  @Test
  void theTemplateOfTheSettingsPlacesTheMail() throws IOException {
    Files.write(file, List.of("Anna@Example.Test:x::::::"));
    String template = root + "/%Ld/%Ln/Maildir";
    assertThat(FoundMailboxes.by(settings(Map.of("mtm.mailboxes.mail", template))).mailboxes)
        .containsExactly(Map.entry("Anna@Example.Test", "example.test/anna/Maildir"));
  }

  @Test
  void aHomeOutsideOfTheRootFailsThatMailboxAlone() throws IOException {
    maildir(directory.resolve("elsewhere/Maildir"));
    FoundMailboxes found =
        by(
            line("eve@example.test", directory + "/elsewhere", ""),
            line("mallory@example.test", root + "/../elsewhere", ""),
            line("oscar@example.test", root + "-of-others/oscar", ""),
            line("trent@example.test", "", "userdb_mail=maildir:" + root),
            line("anna@example.test", root + "/example.test/anna", ""));
    assertThat(found.mailboxes).containsOnlyKeys("anna@example.test");
    assertThat(found.failed)
        .containsOnlyKeys(
            "eve@example.test", "mallory@example.test", "oscar@example.test", "trent@example.test");
    assertThat(found.failed.get("eve@example.test")).contains("outside of " + root);
  }

  @Test
  void aHomeBehindASymbolicLinkFailsThatMailboxAlone() throws IOException {
    Files.createDirectories(root.resolve("example.test/eve"));
    Files.createSymbolicLink(
        root.resolve("example.test/eve/Maildir"), root.resolve("example.test/anna/Maildir"));
    Files.createSymbolicLink(root.resolve("example.net"), root.resolve("example.test"));
    FoundMailboxes found =
        by(
            line("eve@example.test", root + "/example.test/eve", ""),
            line("anna@example.net", root + "/example.net/anna", ""),
            line("anna@example.test", root + "/example.test/anna", ""));
    assertThat(found.mailboxes).containsOnlyKeys("anna@example.test");
    assertThat(found.failed).containsOnlyKeys("eve@example.test", "anna@example.net");
    assertThat(found.failed.values()).allMatch(why -> why.contains("symbolic link"));
  }

  @Test
  void whatIsNoMaildirOrNoAddressFailsByName() throws IOException {
    String home = root + "/example.test/anna";
    FoundMailboxes found =
        by(
            line("box@example.test", home, "userdb_mail=mdbox:~/mdbox"),
            line("split@example.test", home, "userdb_mail=maildir:~/Maildir:INBOX=/var/mail/split"),
            line("homeless@example.test", "", ""),
            line("nobody", home, ""),
            line("a/b@example.test", home, ""),
            line("..@example.test", home, ""));
    assertThat(found.mailboxes).isEmpty();
    assertThat(found.failed)
        .containsOnlyKeys(
            "box@example.test",
            "split@example.test",
            "homeless@example.test",
            "nobody",
            "a/b@example.test",
            "..@example.test");
  }

  @Test
  void usersWithoutAMaildirAreToldApart() throws IOException {
    FoundMailboxes found =
        by(
            line("anna@example.test", root + "/example.test/anna", ""),
            line("new@example.test", root + "/example.test/new", ""));
    assertThat(found.failed).isEmpty();
    assertThat(found.withoutMaildir).containsExactly("new@example.test");
  }

  @Test
  void theRootMayBeReachedOverALinkOfTheAdministrator() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), root);
    Files.write(file, List.of(line("anna@example.test", root + "/example.test/anna", "")));
    Map<String, String> settings = new HashMap<>(settings(Map.of()));
    settings.put("mtm.maildirs", link.toString());
    assertThat(FoundMailboxes.by(settings).mailboxes).containsOnlyKeys("anna@example.test");
  }

  @Test
  void aDatabaseThatCannotBeReadIsNoEmptyHost() throws IOException {
    assertThatThrownBy(() -> FoundMailboxes.by(settings(Map.of())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> by("# nobody yet")).hasMessageContaining("names no user at all");
    Files.write(file, new byte[] {'a', (byte) 0xff, ':'});
    assertThatThrownBy(() -> FoundMailboxes.by(settings(Map.of())))
        .hasMessageContaining(file.toString());
  }

  @Test
  void doveadmIsAskedForManyHomesAtOnce() throws IOException {
    maildir(root.resolve("example.test/bob/Maildir"));
    Path program =
        program(
            """
            [ "$*" = "user -- *" ] && { printf 'anna@example.test\\nbob@example.test\\n'; \\
              printf 'gone@example.test\\nall*@example.test\\n'; exit 0; }
            [ "$4" = "--" ] || exit 64
            shift 4
            for user; do
              name=${user%@*}
              [ "$name" = gone ] || printf '%s\\t%s\\t\\n' "$user" "ROOT/example.test/$name"
            done
            exit 67
            """
                .replace("ROOT", root.toString()));
    FoundMailboxes found = FoundMailboxes.by(doveadm(program));
    assertThat(found.mailboxes).containsOnlyKeys("anna@example.test", "bob@example.test");
    assertThat(found.failed).containsOnlyKeys("gone@example.test", "all*@example.test");
  }

  @Test
  void aDoveadmThatFailsOrHangsIsNoEmptyHost() throws IOException {
    Path failing = program("echo 'auth is down' >&2; exit 75\n");
    assertThatThrownBy(() -> FoundMailboxes.by(doveadm(failing)))
        .hasMessageContaining("status 75: auth is down");
    Map<String, String> impatient = new HashMap<>(doveadm(program("exec sleep 60\n")));
    impatient.put("mtm.mailboxes.doveadm.timeout", "PT0.2S");
    assertThatThrownBy(() -> FoundMailboxes.by(impatient)).hasMessageContaining("did not end");
    assertThatThrownBy(() -> FoundMailboxes.by(doveadm(directory.resolve("missing"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("missing");
  }

  @Test
  void anSqlDatabaseThatIsAwayIsNoEmptyHost() {
    Map<String, String> sql =
        Map.of(
            "mtm.maildirs", root.toString(),
            "mtm.mailboxes.sql.url", "jdbc:none:example",
            "mtm.mailboxes.sql.password", "secret",
            "mtm.mailboxes.sql.query", "select 1");
    assertThatThrownBy(() -> FoundMailboxes.by(sql))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("jdbc:none:example")
        .hasMessageNotContaining("secret");
  }

  @Test
  void thePasswordInAnSqlUrlIsNeverSaid() throws IOException {
    for (String url :
        List.of("jdbc:none:example?user=x&password=hush", "jdbc:none:example;password=hush")) {
      Map<String, String> sql =
          Map.of(
              "mtm.maildirs",
              root.toString(),
              "mtm.mailboxes.sql.url",
              url,
              "mtm.mailboxes.sql.query",
              "select 1");
      assertThat(MailboxSettings.of(name -> Optional.ofNullable(sql.get(name))))
          .hasValueSatisfying(
              mail ->
                  assertThat(mail.mailboxes())
                      .hasToString("the Maildirs of the users of SQL database jdbc:none:example"));
      assertThatThrownBy(() -> FoundMailboxes.by(sql))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("jdbc:none:example")
          .hasMessageContaining("No suitable driver")
          .satisfies(e -> assertThat(Throwables.getStackTrace(e)).doesNotContain("hush"));
    }
  }

  @Test
  void settingsThatContradictEachOtherAreNamed() {
    assertThatThrownBy(
            () -> FoundMailboxes.by(settings(Map.of("mtm.mailboxes.doveadm", "/usr/bin/doveadm"))))
        .hasMessageContaining("mtm.mailboxes.passwd-file, mtm.mailboxes.doveadm");
    assertThatThrownBy(
            () -> FoundMailboxes.by(settings(Map.of("mtm.mailboxes.mail", "mbox:~/mail"))))
        .hasMessageContaining("mtm.mailboxes.mail");
    assertThatThrownBy(() -> FoundMailboxes.by(Map.of("mtm.mailboxes.doveadm", "/usr/bin/doveadm")))
        .hasMessageContaining("mtm.maildirs");
    assertThatThrownBy(
            () ->
                FoundMailboxes.by(
                    Map.of(
                        "mtm.maildirs", root.toString(), "mtm.mailboxes.sql.url", "jdbc:none:x")))
        .hasMessageContaining("mtm.mailboxes.sql.query");
  }

  private Map<String, String> doveadm(Path program) {
    return Map.of("mtm.maildirs", root.toString(), "mtm.mailboxes.doveadm", program.toString());
  }

  private Path program(String script) throws IOException {
    Path program = Files.createTempFile(directory, "doveadm", "");
    Files.writeString(program, "#!/bin/sh\n" + script);
    return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }
}
