package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;
import picocli.CommandLine;

/**
 * {@code mtm init} on hosts whose {@code doveconf} is given; PackageIT has one with a real Dovecot.
 */
class InitCommandTest {

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path config;
  private Path mail;

  @BeforeEach
  void mail() throws IOException {
    config = directory.resolve("etc/mtm.properties");
    mail = directory.resolve("vmail");
    for (String user : List.of("example.test/anna", "example.test/bruno", "other.test/anna")) {
      for (String part : List.of("cur", "new", "tmp")) {
        Files.createDirectories(mail.resolve(user).resolve("Maildir").resolve(part));
      }
    }
    Files.writeString(mail.resolve("example.test/anna/Maildir/cur/1.a,S=2000000:2,S"), "text");
    Files.writeString(mail.resolve("example.test/anna/Maildir/new/2.a"), "text");
  }

  private int init(String doveconf, String... options) throws IOException {
    Path file = Files.writeString(directory.resolve("doveconf"), doveconf);
    List<String> words =
        new ArrayList<>(List.of("init", "--config=" + config, "--doveconf=" + file));
    words.addAll(List.of(options));
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = Mtm.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return line.execute(words.toArray(String[]::new));
  }

  private String users() throws IOException {
    Path users = directory.resolve("users");
    StringBuilder lines = new StringBuilder();
    for (String user : List.of("anna@example.test", "bruno@example.test", "anna@other.test")) {
      MailboxAddress address = MailboxAddress.of(user);
      lines.append(
          "%s:{PLAIN}x:5000:5000::%s/%s/%s::\n"
              .formatted(user, mail, address.domain(), address.localPart()));
    }
    lines.append("new@example.test:{PLAIN}x:5000:5000::%s/example.test/new::\n".formatted(mail));
    Files.writeString(users, lines);
    return "userdb {\n  driver = passwd-file\n  args = %s\n}\n".formatted(users);
  }

  @Test
  void itSaysWhatItFoundAndWritesSettingsThatFindTheSame() throws Exception {
    assertThat(init(users())).as(err.toString()).isZero();

    assertThat(out.toString())
        .contains("3, 2 MB, 2 messages")
        .contains("below " + mail)
        .contains("1 without a Maildir yet")
        .contains(mail + "-snapshots")
        .contains("same file system: yes");
    Settings written = Settings.read(config);
    assertThat(written.unknown()).isEmpty();
    assertThat(written.find("mtm.maildirs")).contains(mail.toString());
    assertThat(written.find("mtm.store")).contains(mail + "-snapshots");
    assertThat(MailboxSettings.of(written::find)).isPresent();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config)))
        .as("the password of the database is in it")
        .matches("rw-(r--|---)---");
  }

  @Test
  void aDryRunWritesNothing() throws Exception {
    assertThat(init(users(), "--dry-run")).isZero();

    assertThat(out.toString()).contains("mtm.maildirs = " + mail);
    assertThat(config).doesNotExist();
    assertThat(Path.of(mail + "-snapshots")).doesNotExist();
  }

  @Test
  void settingsThatAreThereStayUnlessForceIsSaid() throws Exception {
    Files.createDirectories(config.getParent());
    Files.writeString(config, "mtm.store = /mine\n");

    assertThat(init(users())).isEqualTo(1);
    assertThat(err.toString()).contains(config.toString()).contains("--force");
    assertThat(config).hasContent("mtm.store = /mine\n");

    assertThat(init(users(), "--force")).as(err.toString()).isZero();
    assertThat(Settings.read(config).find("mtm.store")).contains(mail + "-snapshots");
    assertThat(config.resolveSibling("mtm.properties.old")).hasContent("mtm.store = /mine\n");
  }

  @Test
  void whereNothingIsFoundAllThatWasTriedIsNamed() throws Exception {
    assertThat(init("mail_location = maildir:%s/nowhere/%%d/%%n\n".formatted(directory)))
        .isEqualTo(1);
    assertThat(err.toString()).contains("No mailbox was found").contains("/nowhere/%d/%n");
    assertThat(config).doesNotExist();
  }

  @Test
  void theRootMayBeNamed() throws Exception {
    assertThat(init("", "--maildirs=" + mail)).as(err.toString()).isZero();
    assertThat(Settings.read(config).find("mtm.maildirs")).contains(mail.toString());
  }

  @Test
  void mailThatIsNoMaildirIsSaidToBeSo() throws Exception {
    assertThat(init("mail_location = mdbox:~/mdbox\n")).isEqualTo(1);
    assertThat(err.toString()).contains("mdbox").contains("only Maildirs");
  }
}
