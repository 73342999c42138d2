package org.mailtimemachine.snapshot.mailboxes;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Quota;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;

/**
 * Asks a running Dovecot, whatever it counts by. Where it cannot be asked nobody knows: a restore
 * does not wait for that.
 *
 * @see <a href="https://doc.dovecot.org/2.3/man/doveadm-quota.1/">doveadm-quota(1)</a>
 */
record DoveadmQuotas(Doveadm doveadm) implements Quotas {

  private static final System.Logger LOG = System.getLogger(DoveadmQuotas.class.getName());
  private static final long KIBIBYTE = 1024;

  /** Somebody waits for it, and can do without. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  @Override
  public Optional<Quota> of(MailboxAddress mailbox, DirectoryHandle root) {
    try {
      return parse(
          doveadm
              .within(PATIENCE)
              .call(List.of("-f", "tab", "quota", "get", "-u", mailbox.toString())));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "The quota of {0}: {1}", mailbox, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Lines of name, type, value, limit and percent. Of several roots the one with the least room
   * counts.
   *
   * @return empty where it says nothing: the user has no quota
   */
  static Optional<Quota> parse(String table) {
    long bytes = 0;
    long messages = 0;
    long mostBytes = 0;
    long mostMessages = 0;
    boolean known = false;
    boolean knownMessages = false;
    for (String line : table.lines().toList()) {
      String[] fields = line.split("\t", -1);
      if (fields.length < 4 || !fields[2].matches("[0-9]{1,15}")) {
        continue; // the heading, or what a later version says besides
      }
      long value = Long.parseLong(fields[2]);
      long limit = fields[3].matches("[0-9]{1,15}") ? Long.parseLong(fields[3]) : 0;
      switch (fields[1]) {
        case "STORAGE" -> {
          if (!known || tighter(value, limit, bytes / KIBIBYTE, mostBytes / KIBIBYTE)) {
            bytes = value * KIBIBYTE;
            mostBytes = limit * KIBIBYTE;
          }
          known = true;
        }
        case "MESSAGE" -> {
          if (!knownMessages || tighter(value, limit, messages, mostMessages)) {
            messages = value;
            mostMessages = limit;
          }
          knownMessages = true;
        }
        default -> {
          // nothing that we know of
        }
      }
    }
    return known
        ? Optional.of(new Quota(bytes, messages, mostBytes, mostMessages))
        : Optional.empty();
  }

  /** Whether there is less room in one root than in another; a limit of 0 is none. */
  private static boolean tighter(long value, long limit, long otherValue, long otherLimit) {
    return limit > 0 && (otherLimit == 0 || limit - value < otherLimit - otherValue);
  }

  @Override
  public void changed(MailboxAddress mailbox, DirectoryHandle root) throws IOException {
    Quota.forget(root);
    try {
      doveadm.call(List.of("quota", "recalc", "-u", mailbox.toString()));
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The quota of {0} is not counted anew, run doveadm quota recalc: {1}",
          mailbox,
          e.getMessage());
    }
  }
}
