package org.mailtimemachine.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.LiveMail;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.RestoreScope;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.Administrators;
import org.mailtimemachine.restore.administrator.PasswordHash;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.RequestLimits;
import org.mailtimemachine.restore.desk.RequestRefusedException;
import org.mailtimemachine.restore.desk.RestoreDesk;
import org.mailtimemachine.restore.terms.Money;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.TakeProgress;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/** Mailboxes with a Snapshot each, of which the live mail was deleted since, and a desk. */
public final class SmallHost {

  public static final SnapshotName DAY = new SnapshotName("2026-11-20");
  public static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private static final Clock MIDNIGHT =
      Clock.fixed(Instant.parse("2026-11-20T00:00:00Z"), ZoneOffset.UTC);

  private final Path mail;
  public final Path store;
  public final MemoryRequestBook book = new MemoryRequestBook();
  public final MemoryTermsBook terms = new MemoryTermsBook();
  public final RestoreDesk desk;

  public SmallHost(Path directory, String... mailboxes) throws IOException {
    mail = directory.resolve("mail");
    store = directory.resolve("store");
    for (String mailbox : mailboxes) {
      for (int number = 1; number <= 3; number++) {
        deliver(MailboxAddress.of(mailbox), number);
      }
    }
    try (SnapshotEngine engine = SnapshotEngine.open(mail, store, MIDNIGHT)) {
      engine.take(DAY, TakeProgress.NONE);
    }
    for (String mailbox : mailboxes) {
      for (Path message : messages(mailbox)) {
        Files.delete(message);
      }
    }
    desk =
        new RestoreDesk(
            store,
            Optional.of(
                LiveMail.onDisk(MailboxSettings.inDirectories(mail), InstantSource.fixed(NOW))),
            book,
            RequestLimits.DEFAULT,
            terms,
            everybody(),
            InstantSource.fixed(NOW));
  }

  /** Whatever name confirms is of the host. */
  private static Administrators everybody() {
    return new Administrators() {
      @Override
      public Optional<Account> find(String name) {
        return Optional.of(
            new Account(
                new Administrator(name, "", Locale.ENGLISH, Optional.empty(), false),
                PasswordHash.NOBODY,
                Instant.EPOCH));
      }

      @Override
      public List<Administrator> all() {
        return List.of();
      }
    };
  }

  private void deliver(MailboxAddress mailbox, int number) throws IOException {
    Path maildir = maildir(mailbox.toString());
    for (String part : List.of("cur", "new", "tmp")) {
      Files.createDirectories(maildir.resolve(part));
    }
    Files.writeString(
        maildir.resolve("cur/17900000%02d.M1P1.test:2,S".formatted(number)),
        "Subject: " + number + "\n\nText " + number + "\n");
  }

  public Path maildir(String mailbox) {
    MailboxAddress address = MailboxAddress.of(mailbox);
    return mail.resolve(address.domain()).resolve(address.localPart());
  }

  /** What is in its INBOX now. */
  public List<Path> messages(String mailbox) throws IOException {
    try (Stream<Path> files = Files.list(maildir(mailbox).resolve("cur"))) {
      return files.toList();
    }
  }

  /** Its user wants all of it back. */
  public FiledRequest request(String mailbox, String reason)
      throws IOException, RequestRefusedException {
    return desk.file(
        new RestoreRequest(
            UUID.randomUUID(),
            MailboxAddress.of(mailbox),
            DAY,
            new RestoreScope.WholeMailbox(),
            RestoreRequest.Target.ORIGINAL_FOLDERS,
            false,
            NOW,
            reason),
        Locale.ITALIAN,
        Optional.of(Money.NONE));
  }

  /** Also an administrator wants it. */
  public UUID confirmed(String mailbox) throws IOException, RequestRefusedException {
    UUID id = request(mailbox, "").id();
    desk.confirm(id, "root");
    return id;
  }
}
