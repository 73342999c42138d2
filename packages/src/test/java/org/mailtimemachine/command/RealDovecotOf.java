package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.mailtimemachine.command.ThrowawayMachine.Outcome;

/** The Dovecot of a throwaway machine, set up in {@code /etc} as an administrator does. */
final class RealDovecotOf {

  private RealDovecotOf() {}

  static boolean isPossible(ThrowawayMachine machine) throws Exception {
    return machine.run("test -x /usr/sbin/dovecot").status() == 0
        && !FoundHost.greeting(143).startsWith("* ");
  }

  /** Two users of one owner, with three messages. */
  static void start(ThrowawayMachine machine) throws Exception {
    Outcome outcome =
        machine.run(
            """
            set -e
            adduser --system --group --quiet --no-create-home --home /srv/mail/vmail vmail
            chmod 755 /srv/mail
            for user in alice bob; do
              for folder in . .Sent; do
                for part in cur new tmp; do
                  mkdir -p "/srv/mail/vmail/example.test/$user/Maildir/$folder/$part"
                done
              done
            done
            inbox=/srv/mail/vmail/example.test/alice/Maildir
            printf 'Subject: one\\nMessage-ID: <1@example.test>\\n\\none\\n' >$inbox/cur/1.a:2,S
            printf 'Subject: two\\nMessage-ID: <2@example.test>\\n\\ntwo\\n' >$inbox/new/2.a
            printf 'Subject: three\\nMessage-ID: <3@example.test>\\n\\nthree\\n' >$inbox/.Sent/cur/3.a:2,S
            chown -R vmail:vmail /srv/mail/vmail
            chmod -R go= /srv/mail/vmail
            cat >/etc/dovecot/dovecot.conf <<END
            protocols = imap
            listen = 127.0.0.1
            ssl = no
            disable_plaintext_auth = no
            first_valid_uid = 1
            first_valid_gid = 1
            log_path = /var/log/dovecot.log
            mail_location = maildir:~/Maildir
            passdb {
              driver = passwd-file
              args = scheme=PLAIN username_format=%u /etc/dovecot/host-users
            }
            userdb {
              driver = passwd-file
              args = username_format=%u /etc/dovecot/host-users
            }
            END
            uid=$(id -u vmail) gid=$(id -g vmail)
            for user in alice bob; do
              echo "$user@example.test:{PLAIN}open sesame:$uid:$gid::/srv/mail/vmail/example.test/$user::"
            done >/etc/dovecot/host-users
            chown root:dovecot /etc/dovecot/host-users
            chmod 640 /etc/dovecot/host-users
            dovecot
            """);
    assertThat(outcome.status()).as(outcome.words()).isZero();
  }
}
