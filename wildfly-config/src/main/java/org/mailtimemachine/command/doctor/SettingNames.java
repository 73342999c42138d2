package org.mailtimemachine.command.doctor;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The names of the settings of a host; docs/operations.md tells what they mean. A line whose name
 * nobody knows is read by nobody: it is named, with the setting that it is most like, and does not
 * keep the nights from being taken. Only one of the retention does: without it mail would go that
 * was to be kept, and nothing brings that back.
 */
public final class SettingNames {

  private static final String PREFIX = "mtm.";
  private static final String RETENTION = "mtm.retention.";

  static final Set<String> KNOWN =
      Set.of(
          "mtm.admin.open-messages",
          "mtm.console.url",
          "mtm.db.password",
          "mtm.db.url",
          "mtm.db.user",
          "mtm.holds.limit",
          "mtm.http.port",
          "mtm.indexing.interval",
          "mtm.live",
          "mtm.live.master-user",
          "mtm.live.password-file",
          "mtm.log.days",
          "mtm.log.format",
          "mtm.mail.administrators",
          "mtm.mail.from",
          "mtm.mail.language",
          "mtm.mail.smtp",
          "mtm.mailboxes",
          "mtm.mailboxes.domain",
          "mtm.mailboxes.doveadm",
          "mtm.mailboxes.doveadm.timeout",
          "mtm.mailboxes.mail",
          "mtm.mailboxes.passwd-file",
          "mtm.mailboxes.sql.password",
          "mtm.mailboxes.sql.query",
          "mtm.mailboxes.sql.url",
          "mtm.mailboxes.sql.user",
          "mtm.maildirs",
          "mtm.management.port",
          "mtm.mirror.alias-domains",
          "mtm.mirror.clients",
          "mtm.mirror.directory",
          "mtm.mirror.host-name",
          "mtm.mirror.limit",
          "mtm.mirror.limits",
          "mtm.mirror.listen",
          "mtm.mirror.longest-line",
          "mtm.mirror.mailboxes",
          "mtm.mirror.metrics.port",
          "mtm.mirror.next-hop",
          "mtm.mirror.next-hop.certificates",
          "mtm.mirror.policy",
          "mtm.mirror.process",
          "mtm.mirror.protocol",
          "mtm.mirror.recipient-delimiter",
          "mtm.mirror.stop-within",
          "mtm.mirror.tls.key-store",
          "mtm.mirror.tls.password",
          "mtm.mirror.users",
          "mtm.mirror.webmail",
          "mtm.nights",
          "mtm.oidc.claim",
          "mtm.oidc.client-id",
          "mtm.oidc.client-secret-file",
          "mtm.oidc.name",
          "mtm.oidc.provider-url",
          "mtm.oidc.second-factor",
          "mtm.quota.doveadm",
          "mtm.restore.days-to-confirm",
          "mtm.restore.days-to-take-back",
          "mtm.restore.messages-a-day",
          "mtm.restore.open-requests",
          "mtm.restore.requests-a-day",
          "mtm.retention.days",
          "mtm.retention.monthly",
          "mtm.retention.weekly",
          "mtm.server.directory",
          "mtm.server.jvm",
          "mtm.signin",
          "mtm.signin.imap.host",
          "mtm.signin.imap.key-file",
          "mtm.signin.imap.port",
          "mtm.signin.imap.remember-days",
          "mtm.signin.imap.security",
          "mtm.signin.passwd-file",
          "mtm.store",
          "mtm.store.strategy",
          "mtm.webmail.url",
          "mtm.zone");

  private SettingNames() {}

  /**
   * A name that is none of a setting.
   *
   * @param meant the setting that it is most like, where one is near
   */
  public record Unknown(String name, Optional<String> meant) {

    /** Whether what it was to say decides what is deleted for good. */
    public boolean ofRetention() {
      return meant.orElse(name).startsWith(RETENTION);
    }

    /** For an administrator. */
    public String sentence() {
      return name + " is no setting" + meant.map(known -> ": is " + known + " meant?").orElse("");
    }
  }

  /**
   * Those among the names that were meant for us and that are unknown, in order.
   *
   * @param names all that stand in a settings file; those of other programs are passed over
   */
  public static List<Unknown> unknown(Collection<String> names) {
    return names.stream()
        .filter(name -> !KNOWN.contains(name))
        .sorted()
        .map(name -> new Unknown(name, nearest(name)))
        .filter(unknown -> isOurs(unknown.name()) || unknown.meant().isPresent())
        .toList();
  }

  private static boolean isOurs(String name) {
    return name.toLowerCase(Locale.ROOT).startsWith(PREFIX);
  }

  private static Optional<String> nearest(String name) {
    String small = name.toLowerCase(Locale.ROOT);
    String full = isOurs(name) || !KNOWN.contains(PREFIX + small) ? small : PREFIX + small;
    return KNOWN.stream()
        .min(
            Comparator.<String>comparingInt(known -> distance(full, known))
                .thenComparingInt(known -> -known.length())
                .thenComparing(Comparator.naturalOrder()))
        // A few wrong letters; a name that has nothing of ours but a few letters is another's.
        .filter(known -> distance(full, known) <= (isOurs(name) ? full.length() / 3 : 2));
  }

  /** How many letters are to be added, removed or replaced (Levenshtein). */
  private static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] now = new int[b.length() + 1];
      now[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        now[j] = Math.min(replaced, 1 + Math.min(before[j], now[j - 1]));
      }
      before = now;
    }
    return before[b.length()];
  }
}
