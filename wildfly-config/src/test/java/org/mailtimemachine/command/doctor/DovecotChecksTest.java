package org.mailtimemachine.command.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DovecotChecksTest {

  private static List<String> checks(String doveconf) {
    return checks(doveconf, true);
  }

  private static List<String> checks(String doveconf, boolean hardLinks) {
    return new DovecotChecks(DovecotConfiguration.parse(doveconf), hardLinks)
        .run().stream().map(advice -> advice.severity() + " " + advice.check()).toList();
  }

  @Test
  void anOrdinaryMaildirHostHasNoFindings() {
    assertThat(
            checks(
                """
                # 2.3.19.1 (9b53102964): /etc/dovecot/dovecot.conf
                mail_location = maildir:/var/vmail/%d/%n:LAYOUT=fs:INDEX=/var/indexes/%u
                mail_plugins = quota lazy_expunge
                maildir_very_dirty_syncs = yes
                namespace inbox {
                  inbox = yes
                  location =
                  mailbox Trash {
                    special_use = \\Trash
                  }
                }
                plugin {
                  lazy_expunge = EXPUNGED
                  quota = maildir:User quota
                }
                """))
        .isEmpty();
  }

  @Test
  void lazyExpungeThatKeepsOnlyTheLastInstanceIsAnErrorWithHardLinksAlone() {
    String of23 =
        """
        mail_plugins = acl
        protocol imap {
          mail_plugins = acl lazy_expunge
        }
        plugin {
          lazy_expunge = EXPUNGED
          lazy_expunge_only_last_instance = yes
        }
        """;
    assertThat(checks(of23)).containsExactly("error lazy-expunge");
    assertThat(checks(of23, false)).isEmpty();
    assertThat(checks(of23.replace("= yes", "= no"))).isEmpty();
    assertThat(checks(of23.replace("acl lazy_expunge", "acl"))).isEmpty();
  }

  @Test
  void lazyExpungeIsFoundInTheSpellingOf24() {
    assertThat(
            checks(
                """
                # 2.4.1 (7d8c0e5759): /etc/dovecot/dovecot.conf
                dovecot_config_version = 2.4.1
                lazy_expunge_mailbox = EXPUNGED
                lazy_expunge_only_last_instance = yes
                mail_driver = maildir
                mail_path = ~/Maildir
                mail_plugins {
                  lazy_expunge = yes
                }
                """))
        .containsExactly("error lazy-expunge");
  }

  @Test
  void autoexpungeIsToldWhatALinkDoesToTheSaveDate() {
    String text =
        """
        namespace inbox {
          mailbox Trash {
            autoexpunge = 30 days
          }
          mailbox Junk {
            autoexpunge = 0
          }
        }
        """;
    assertThat(new DovecotChecks(DovecotConfiguration.parse(text), true).run())
        .singleElement()
        .satisfies(
            advice -> {
              assertThat(advice.severity()).isEqualTo(Severity.NOTE);
              assertThat(advice.what()).isEqualTo("autoexpunge: mailbox Trash 30 days");
            });
    assertThat(checks(text, false)).isEmpty();
  }

  @Test
  void mailThatIsNoMaildirIsAnErrorAndInAFurtherNamespaceAWarning() {
    assertThat(checks("mail_location = mdbox:~/mdbox\n")).containsExactly("error mail-format");
    assertThat(checks("mail_driver = sdbox\nmail_path = ~/sdbox\n"))
        .containsExactly("error mail-format");
    assertThat(checks("namespace inbox {\n  location = mbox:~/mail\n}\n"))
        .containsExactly("error mail-format");
    assertThat(
            checks(
                """
                mail_location = maildir:~/Maildir
                namespace archive {
                  location = sdbox:~/archive
                }
                """))
        .containsExactly("warning mail-format");
  }

  @Test
  void controlFilesElsewhereHideUidsKeywordsAndSubscriptions() {
    assertThat(checks("mail_location = maildir:~/Maildir:CONTROL=/var/control/%u\n"))
        .containsExactly("warning control-files");
    assertThat(checks("mail_driver = maildir\nmail_control_path = /var/control/%{user}\n"))
        .containsExactly("warning control-files");
  }

  @Test
  void layoutsWhoseDirectoriesAreNotFoldersAreErrors() {
    assertThat(checks("mail_location = maildir:~/Maildir:LAYOUT=index\n"))
        .containsExactly("error layout");
    assertThat(checks("mail_location = maildir:~/Maildir:DIRNAME=mail\n"))
        .containsExactly("error directory-name");
    assertThat(checks("mail_driver = maildir\nmailbox_directory_name = mAildir\n"))
        .containsExactly("error directory-name");
  }

  @Test
  void anInboxOutsideOfTheMaildirIsInNoSnapshot() {
    assertThat(checks("mail_location = maildir:~/Maildir:INBOX=/var/inbox/%u\n"))
        .containsExactly("error inbox-path");
    assertThat(checks("mail_location = maildir:~/Maildir:INBOX=~/Maildir/.INBOX\n")).isEmpty();
    assertThat(checks("mail_driver = maildir\nmail_path = ~/Maildir\nmail_inbox_path = .\n"))
        .isEmpty();
  }

  @Test
  void compressedAndEncryptedMailIsNotShown() {
    assertThat(checks("mail_plugins = zlib\nplugin {\n  zlib_save = zstd\n}\n"))
        .containsExactly("warning stored-form");
    assertThat(checks("mail_plugins = zlib\n")).isEmpty();
    assertThat(
            checks("mail_plugins {\n  mail_compress = yes\n}\nmail_compress_write_method = zstd\n"))
        .containsExactly("warning stored-form");
    assertThat(checks("mail_plugins = mail_crypt\nplugin {\n  mail_crypt_save_version = 2\n}\n"))
        .containsExactly("warning stored-form");
  }

  @Test
  void smallerThingsAreNamed() {
    assertThat(checks("mail_fsync = never\n")).containsExactly("warning fsync");
    assertThat(checks("protocol lmtp {\n  mail_fsync = never\n}\n"))
        .containsExactly("warning fsync");
    assertThat(checks("mail_fsync = always\n")).isEmpty();
    assertThat(checks("mailbox_list_storage_escape_char = \"%\"\n"))
        .containsExactly("note escaped-names");
    assertThat(checks("maildir_copy_with_hardlinks = no\n")).containsExactly("note copies");
    assertThat(checks("maildir_broken_filename_sizes = yes\n"))
        .containsExactly("note filename-sizes");
  }

  @Test
  void whatIsNoConfigurationHasNoFindings() {
    assertThat(checks("}\n}\n{\n= x\nfoo\n\u0000 = {\n")).isEmpty();
    assertThat(DovecotConfiguration.parse("# 2.3.19.1 (9b53102964): x\na = \" b # \"\n"))
        .satisfies(
            configuration -> {
              assertThat(configuration.version()).hasValue("2.3.19.1");
              assertThat(configuration.setting("a")).hasValue(" b # ");
            });
  }
}
