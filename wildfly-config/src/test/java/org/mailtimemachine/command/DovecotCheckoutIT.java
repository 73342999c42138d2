package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.mail.FetchProfile;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.UIDFolder;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.CheckoutProgress;
import org.mailtimemachine.snapshot.SnapshotCheckout;
import org.mailtimemachine.snapshot.SnapshotName;

/** A real Dovecot serves a check-out as a read-only namespace, beside the live mailbox. */
class DovecotCheckoutIT {

  private static final MailboxAddress ALICE = MailboxAddress.of("alice@example.test");
  private static final LocalDate DAY = LocalDate.of(2026, 11, 20);
  private static final String PREFIX = "Day.";

  private static Path directory;
  private static Path tree;
  private static RealDovecot dovecot;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        RealDovecot.isPossible(), "a real Dovecot needs root, /usr/sbin/dovecot and its LMTP");
    directory = Files.createTempDirectory(Path.of("/tmp"), "mtm");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path indexes = Files.createDirectory(directory.resolve("indexes"));
    Files.setOwner(
        indexes,
        indexes.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
    tree = directory.resolve("day");
    dovecot =
        RealDovecot.start(
            Files.createDirectory(directory.resolve("d")),
            Map.of(ALICE, "secret"),
            """
            namespace day {
              prefix = %s
              separator = .
              list = yes
              subscriptions = no
              location = maildir:%s:INDEX=%s
            }
            """
                .formatted(PREFIX, tree, indexes));
  }

  @AfterAll
  static void stop() throws Exception {
    if (dovecot != null) {
      dovecot.close();
    }
    if (directory != null) {
      FileTree.delete(directory);
    }
  }

  @Test
  void aDayIsServedAsItWasAndNothingInItCanBeChanged() throws Exception {
    for (int number = 1; number <= 4; number++) {
      dovecot.deliver(
          ALICE, "From: a@example.test\nSubject: Number %d\n\nText.\n".formatted(number));
    }
    Map<String, List<String>> live;
    try (Store imap = imap()) {
      Folder grusse = folder(imap, "Projects.Grüße & Co");
      grusse.setSubscribed(true);
      Folder secret = folder(imap, "Never subscribed");
      secret.setSubscribed(false);
      Folder inbox = imap.getFolder("INBOX");
      inbox.open(Folder.READ_WRITE);
      Flags keywords = new Flags("$Important");
      keywords.add("Wichtig");
      keywords.add(Flags.Flag.SEEN);
      inbox.getMessage(1).setFlags(keywords, true);
      inbox.getMessage(2).setFlags(new Flags("Wichtig"), true);
      inbox.copyMessages(new Message[] {inbox.getMessage(2), inbox.getMessage(3)}, grusse);
      inbox.copyMessages(new Message[] {inbox.getMessage(1)}, inbox);
      inbox.getMessage(3).setFlag(Flags.Flag.DELETED, true);
      inbox.close(true);
      Message old = new MimeMessage(Session.getInstance(new Properties()), message("Old"));
      old.setFlag(Flags.Flag.ANSWERED, true);
      secret.appendMessages(new Message[] {old});
    }
    dovecot.deliver(ALICE, "From: a@example.test\nSubject: Still in new\n\nText.\n");
    try (Store imap = imap()) {
      live = whatImapShows(imap, "");
    }
    assertThat(live.keySet()).containsExactly("INBOX", "Never subscribed", "Projects.Grüße & Co");
    assertThat(live.get("INBOX")).hasSize(1 + 5);

    assertThat(TestHost.takeSnapshot(directory, dovecot.mail(), DAY).warnings()).isEmpty();
    try (Store imap = imap()) {
      Folder inbox = imap.getFolder("INBOX");
      inbox.open(Folder.READ_WRITE);
      inbox.setFlags(inbox.getMessages(), new Flags(Flags.Flag.DELETED), true);
      inbox.close(true);
      imap.getFolder("Projects.Grüße & Co").delete(true);
    }
    checkOut();
    Map<String, String> before = everything(tree);
    Map<String, String> liveBefore = mail(everything(dovecot.mail()));

    try (Store imap = imap()) {
      Map<String, List<String>> day = whatImapShows(imap, PREFIX);
      assertThat(day).isEqualTo(live);
      tryToChange(imap);
      assertThat(whatImapShows(imap, PREFIX)).isEqualTo(live);
      assertThat(everything(tree)).isEqualTo(before);
      assertThat(mail(everything(dovecot.mail()))).isEqualTo(liveBefore);

      Folder inbox = imap.getFolder("Day");
      inbox.open(Folder.READ_ONLY);
      inbox.copyMessages(new Message[] {inbox.getMessage(1)}, imap.getFolder("INBOX"));
      inbox.close(false);
      assertThat(whatImapShows(imap, "").get("INBOX")).hasSize(1 + 1);
    }
    assertThat(everything(tree)).isEqualTo(before);
  }

  private static void checkOut() throws Exception {
    try (var store = org.mailtimemachine.snapshot.Store.open(directory.resolve("store"))) {
      SnapshotCheckout.Outcome outcome =
          SnapshotCheckout.linking(store)
              .run(SnapshotName.nightly(DAY), Optional.of(ALICE), tree, CheckoutProgress.NONE);
      assertThat(outcome.warnings()).isEmpty();
      assertThat(outcome.copied()).isZero();
    }
  }

  /** Whatever the server answers, the tree is compared afterwards. */
  private static void tryToChange(Store imap) throws Exception {
    Folder day = imap.getFolder("Day");
    attempt(
        () -> {
          day.open(Folder.READ_WRITE);
          day.setFlags(day.getMessages(), new Flags(Flags.Flag.FLAGGED), true);
          day.getMessage(1).setFlag(Flags.Flag.DELETED, true);
          day.expunge();
        });
    if (day.isOpen()) {
      attempt(() -> day.close(true));
    }
    attempt(
        () ->
            imap.getFolder("Day.Never subscribed")
                .appendMessages(
                    new Message[] {
                      new MimeMessage(Session.getInstance(new Properties()), message("Added"))
                    }));
    attempt(() -> imap.getFolder("Day.Made").create(Folder.HOLDS_MESSAGES));
    attempt(() -> imap.getFolder("Day.Never subscribed").delete(true));
    attempt(() -> imap.getFolder("Day.Never subscribed").renameTo(imap.getFolder("Day.Renamed")));
  }

  private interface Change {
    void make() throws MessagingException;
  }

  private static void attempt(Change change) {
    try {
      change.make();
    } catch (MessagingException | IllegalStateException e) {
      // refused
    }
  }

  private static Folder folder(Store imap, String name) throws MessagingException {
    Folder folder = imap.getFolder(name);
    assertThat(folder.create(Folder.HOLDS_MESSAGES)).isTrue();
    return folder;
  }

  private static InputStream message(String subject) {
    return new java.io.ByteArrayInputStream(
        "From: a@example.test\r\nSubject: %s\r\n\r\nText.\r\n"
            .formatted(subject)
            .getBytes(StandardCharsets.US_ASCII));
  }

  private static Store imap() throws MessagingException {
    Properties properties = new Properties();
    properties.setProperty("mail.imap.port", Integer.toString(dovecot.imapPort()));
    Store store = Session.getInstance(properties).getStore("imap");
    store.connect("127.0.0.1", ALICE.toString(), "secret");
    return store;
  }

  /**
   * Folder name without the prefix -> its UIDVALIDITY, then each message's UID, flags, keywords,
   * INTERNALDATE, size and digest. INBOX of the live mailbox is the prefix itself in the other one.
   */
  private static Map<String, List<String>> whatImapShows(Store imap, String prefix)
      throws Exception {
    Map<String, List<String>> shown = new TreeMap<>();
    for (Folder folder : imap.getDefaultFolder().list("*")) {
      String name = folder.getFullName();
      boolean ofTheDay = name.equals("Day") || name.startsWith(PREFIX);
      if (ofTheDay == prefix.isEmpty()
          || (folder.getType() & Folder.HOLDS_MESSAGES) == 0
          || name.equals("Trash")) {
        continue;
      }
      folder.open(Folder.READ_ONLY);
      FetchProfile all = new FetchProfile();
      all.add(FetchProfile.Item.ENVELOPE);
      all.add(FetchProfile.Item.FLAGS);
      all.add(UIDFolder.FetchProfileItem.UID);
      folder.fetch(folder.getMessages(), all);
      List<String> messages = new ArrayList<>();
      UIDFolder uids = (UIDFolder) folder;
      messages.add("UIDVALIDITY " + uids.getUIDValidity());
      for (Message message : folder.getMessages()) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        message.writeTo(bytes);
        messages.add(
            "%d %s %s %s %s %d %s"
                .formatted(
                    uids.getUID(message),
                    message.getSubject(),
                    new TreeSet<>(
                        Stream.of(message.getFlags().getSystemFlags())
                            .filter(flag -> flag != Flags.Flag.RECENT)
                            .map(DovecotCheckoutIT::flagName)
                            .toList()),
                    new TreeSet<>(List.of(message.getFlags().getUserFlags())),
                    message.getReceivedDate().toInstant(),
                    message.getSize(),
                    DigestUtils.sha256Hex(bytes.toByteArray())));
      }
      folder.close(false);
      shown.put(name.equals("Day") ? "INBOX" : name.substring(prefix.length()), messages);
    }
    return shown;
  }

  private static String flagName(Flags.Flag flag) {
    if (flag == Flags.Flag.SEEN) {
      return "seen";
    }
    if (flag == Flags.Flag.ANSWERED) {
      return "answered";
    }
    return flag == Flags.Flag.DELETED ? "deleted" : "other";
  }

  private static Map<String, String> everything(Path root) throws Exception {
    Map<String, String> entries = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : walk.toList()) {
        Map<String, Object> attributes =
            Files.readAttributes(
                path, "unix:ino,mode,uid,gid,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        entries.put(
            root.relativize(path).toString(),
            new TreeMap<>(attributes)
                + (Files.isRegularFile(path)
                    ? DigestUtils.sha256Hex(Files.readAllBytes(path))
                    : ""));
      }
    }
    return entries;
  }

  /** Without what Dovecot writes for itself in the live mailbox whenever somebody looks at it. */
  private static Map<String, String> mail(Map<String, String> entries) {
    Map<String, String> mail = new TreeMap<>();
    entries.forEach(
        (path, state) -> {
          if (path.contains("/cur/") || path.contains("/new/") || path.endsWith("subscriptions")) {
            mail.put(path, state);
          }
        });
    return mail;
  }
}
