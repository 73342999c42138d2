package org.mailtimemachine.command.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DovecotHostTest {

  private static final Optional<Path> DOVEADM = Optional.of(Path.of("/usr/bin/doveadm"));

  @TempDir private Path directory;

  private static List<Map<String, String>> sources(String doveconf) {
    return DovecotHost.of(doveconf).sources(DOVEADM).stream()
        .map(DovecotHost.Source::settings)
        .toList();
  }

  @Test
  void aPasswdFileThatIsAllThereIsGoesBeforeTheRunningDovecot() {
    assertThat(
            sources(
                """
                # 2.3.19.1 (9b53102964): /etc/dovecot/dovecot.conf
                mail_location = maildir:~/mail
                userdb {
                  args = username_format=%u /etc/dovecot/users
                  driver = passwd-file
                }
                """))
        .containsExactly(
            Map.of(
                "mtm.mailboxes.passwd-file", "/etc/dovecot/users",
                "mtm.mailboxes.mail", "%h/mail"),
            Map.of("mtm.mailboxes.doveadm", "/usr/bin/doveadm", "mtm.mailboxes.mail", "%h/mail"));
  }

  @Test
  void aPasswdFileOfEachDomainIsAskedOfDovecot() {
    assertThat(
            sources(
                """
                mail_location = maildir:~/Maildir
                userdb {
                  args = /etc/dovecot/%d/users
                  driver = passwd-file
                }
                """))
        .containsExactly(Map.of("mtm.mailboxes.doveadm", "/usr/bin/doveadm"));
  }

  @Test
  void aStaticUserdbIsAPatternOfDirectories() {
    assertThat(
            sources(
                """
                mail_location = maildir:~/Maildir:LAYOUT=fs
                userdb {
                  args = uid=vmail gid=vmail home=/var/vmail/%d/%n
                  driver = static
                }
                """))
        .contains(Map.of("mtm.mailboxes", "/var/vmail/%d/%n/Maildir"));
  }

  @Test
  void theVariablesOfTwoFourAreTheLettersOfTwoThree() {
    assertThat(
            sources(
                """
                # 2.4.1 (7d8c0e5759): /etc/dovecot/dovecot.conf
                mail_driver = maildir
                mail_path = /srv/mail/%{user | domain}/%{user | username | lower}
                userdb sql {
                  query = SELECT 1
                }
                """))
        .contains(Map.of("mtm.mailboxes", "/srv/mail/%d/%Ln"))
        .contains(
            Map.of(
                "mtm.mailboxes.doveadm", "/usr/bin/doveadm",
                "mtm.mailboxes.mail", "/srv/mail/%d/%Ln"));
  }

  @Test
  void theTablesOfAnAdministrationTellWhichItIs() throws Exception {
    Map<String, String> queries =
        Map.of(
            "SELECT CONCAT('/var/vmail/', maildir) AS home FROM mailbox WHERE username = '%u'",
            "PostfixAdmin (mailbox)",
            "SELECT CONCAT(mailbox.storagebasedirectory, '/', mailbox.maildir) AS home FROM mailbox",
            "iRedMail",
            "SELECT CONCAT(JSON_UNQUOTE(attributes), mailbox_path_prefix) AS mail FROM mailbox",
            "mailcow",
            "SELECT email as user FROM virtual_users WHERE email='%u'",
            "ISPmail (virtual_users)");
    for (Map.Entry<String, String> each : queries.entrySet()) {
      Path sql = Files.writeString(directory.resolve("sql.conf"), "user_query = " + each.getKey());

      assertThat(DovecotHost.of("userdb {\n  driver = sql\n  args = " + sql + "\n}\n").schema())
          .contains(each.getValue());
    }
    assertThat(DovecotHost.of("userdb {\n  driver = passwd\n}\n").schema()).isEmpty();
  }

  @Test
  void mailInAnotherFormIsNamed() {
    DovecotHost host = DovecotHost.of("mail_location = mdbox:~/mdbox\n");

    assertThat(host.otherForm()).contains("mdbox");
    assertThat(host.sources(Optional.empty())).isEmpty();
  }

  @Test
  void tlsWantsACertificate() {
    assertThat(DovecotHost.of("ssl = no\nssl_cert = </etc/ssl/mail.pem\n").speaksTls()).isFalse();
    assertThat(DovecotHost.of("ssl_cert = </etc/ssl/mail.pem\n").certificate())
        .contains(Path.of("/etc/ssl/mail.pem"));
  }
}
