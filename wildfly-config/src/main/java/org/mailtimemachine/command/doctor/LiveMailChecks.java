package org.mailtimemachine.command.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.imap.ImapLiveMail;
import org.mailtimemachine.snapshot.Store;

/** The IMAP server that restores go to, where there is one: is it there, and lets it us in? */
final class LiveMailChecks {

  private static final String WHY =
      "a restore could put nothing back, and would try again and again";

  private final Function<String, Optional<String>> settings;
  private final Optional<Path> store;
  private final List<Advice> found = new ArrayList<>();

  /**
   * @param store a Mailbox of which is tried
   */
  LiveMailChecks(Function<String, Optional<String>> settings, Optional<Path> store) {
    this.settings = settings;
    this.store = store;
  }

  List<Advice> run() throws IOException {
    Optional<ImapLiveMail> live;
    try {
      live = ImapLiveMail.of(settings);
    } catch (IllegalArgumentException e) {
      return found; // the checks of the settings have said why
    }
    if (live.isPresent()) {
      Optional<MailboxAddress> mailbox = someMailbox();
      if (mailbox.isPresent()) {
        tryOut(live.get(), mailbox.get());
      }
    }
    return found;
  }

  private Optional<MailboxAddress> someMailbox() throws IOException {
    if (store.isEmpty() || !Files.isDirectory(store.get())) {
      return Optional.empty();
    }
    try (Store open = Store.open(store.get())) {
      return open.mailboxes().stream().findFirst();
    }
  }

  private void tryOut(ImapLiveMail live, MailboxAddress mailbox) {
    try {
      if (!live.tryOut(mailbox)) {
        found.add(
            new Advice(
                Severity.WARNING,
                "live-uidplus",
                live + " does not offer UIDPLUS (RFC 4315)",
                "what a restore has put back could not be taken back: there is no way to remove"
                    + " single messages",
                "a mail server that offers it, as Dovecot does"));
      }
    } catch (IOException e) {
      found.add(
          new Advice(
              Severity.ERROR,
              "live",
              String.valueOf(e.getMessage()),
              WHY,
              "correct mtm.live, mtm.live.master-user and mtm.live.password-file, or the master"
                  + " users of the mail server (docs/operations.md)"));
    }
  }
}
