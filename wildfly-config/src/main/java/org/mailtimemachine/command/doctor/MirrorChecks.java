package org.mailtimemachine.command.doctor;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.MirrorSettings;
import org.mailtimemachine.mirror.register.RegisteredMirror;

/** Whether what mirrors hold can be read, which the webmail shows to whom it came for. */
final class MirrorChecks {

  private final Properties settings;
  private final Clock clock;

  MirrorChecks(Properties settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  List<Advice> run() {
    Optional<MirrorSettings> mirrors;
    try {
      mirrors = MirrorSettings.of(name -> SettingValues.find(settings, name));
    } catch (IllegalArgumentException e) {
      return List.of(); // the checks of the settings have said why
    }
    return mirrors.map(this::run).orElse(List.of());
  }

  private List<Advice> run(MirrorSettings mirrors) {
    List<Advice> found = new ArrayList<>();
    try {
      MirrorRegister register = MirrorRegister.open(mirrors, clock);
      TreeSet<MailboxAddress> mailboxes = new TreeSet<>();
      register.mirrors().stream()
          .filter(RegisteredMirror::inForce)
          .forEach(mirror -> mailboxes.addAll(mirror.rule().destinations()));
      for (MailboxAddress mailbox : mailboxes) {
        mailbox(register, mailbox).ifPresent(found::add);
      }
    } catch (IOException e) {
      found.add(
          new Advice(
              Severity.ERROR,
              "mirror-unreadable",
              "the mirrors cannot be read: " + e.getMessage(),
              "the console cannot change them, and the webmail does not show what they hold",
              "mount it, or run the server as the owner of mtm.mirror.directory"));
    }
    return found;
  }

  private static Optional<Advice> mailbox(MirrorRegister register, MailboxAddress mailbox) {
    try (DirectoryHandle maildir = register.openMailbox(mailbox)) {
      maildir.list(_ -> {});
      return Optional.empty();
    } catch (PosixException e) {
      // made when the first copy comes
      return e.is(Errno.ENOENT) ? Optional.empty() : Optional.of(unreadable(mailbox, e));
    } catch (IOException e) {
      return Optional.of(unreadable(mailbox, e));
    }
  }

  private static Advice unreadable(MailboxAddress mailbox, IOException cause) {
    return new Advice(
        Severity.WARNING,
        "mirror-mailbox-unreadable",
        "%s, to which mail is mirrored, cannot be read: %s".formatted(mailbox, cause.getMessage()),
        "users are not shown what it holds of their mail",
        "let the user of the server read it, as the mailboxes that it takes snapshots of");
  }
}
