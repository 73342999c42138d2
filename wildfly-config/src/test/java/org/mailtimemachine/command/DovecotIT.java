package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Run;

/** A real Dovecot works on the mail, and the webmail shows what IMAP showed at that moment. */
class DovecotIT {

  private static final MailboxAddress ALICE = MailboxAddress.of("alice@example.test");
  private static final LocalDate FIRST_DAY = LocalDate.of(2026, 11, 20);
  private static final Map<MailboxAddress, String> PASSWORDS =
      Map.of(ALICE, "open \"sesame\" \\ 1");

  private static Path directory;
  private static RealDovecot dovecot;
  private static TestHost host;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        RealDovecot.isPossible(), "a real Dovecot needs root, /usr/sbin/dovecot and its LMTP");
    // Sockets have short names, and Dovecot's users must be able to enter.
    directory = Files.createTempDirectory(Path.of("/tmp"), "mtm");
    dovecot = RealDovecot.start(Files.createDirectory(directory.resolve("d")), PASSWORDS);
    Properties signIn = new Properties();
    signIn.setProperty("mtm.signin", "imap");
    signIn.setProperty("mtm.signin.imap.host", "127.0.0.1");
    signIn.setProperty("mtm.signin.imap.port", Integer.toString(dovecot.imapPort()));
    signIn.setProperty("mtm.signin.imap.security", "none");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    host = TestHost.start(directory.resolve("h"), dovecot.mail(), signIn);
  }

  @AfterAll
  static void stop() throws Exception {
    if (host != null) {
      host.close();
    }
    if (dovecot != null) {
      dovecot.close();
    }
    if (directory != null) {
      FileTree.delete(directory);
    }
  }

  @Test
  void aDayShowsWhatImapShowedAtThatMoment() throws Exception {
    for (int number = 1; number <= 5; number++) {
      dovecot.deliver(
          ALICE,
          """
          From: sender@example.test
          To: %s
          Subject: Number %d
          Date: Fri, 20 Nov 2026 10:0%d:00 +0000
          Message-ID: <%d@example.test>

          .A line that begins with a dot, and the text of number %d.
          """
              .formatted(ALICE, number, number, number, number));
    }
    Map<String, List<String>> firstDay = new TreeMap<>();
    Map<String, List<String>> secondDay = new TreeMap<>();
    try (Store imap = imap()) {
      Folder projects = imap.getFolder("Projects.Grüße");
      assertThat(projects.create(Folder.HOLDS_MESSAGES)).isTrue();
      Folder inbox = imap.getFolder("INBOX");
      inbox.open(Folder.READ_WRITE);
      inbox.getMessage(1).setFlag(Flags.Flag.SEEN, true);
      inbox.getMessage(2).setFlag(Flags.Flag.FLAGGED, true);
      inbox.copyMessages(new Message[] {inbox.getMessage(3)}, projects);
      inbox.getMessage(3).setFlag(Flags.Flag.DELETED, true);
      inbox.close(true);
      firstDay.putAll(whatImapShows(imap));
      Run run = host.takeSnapshot(FIRST_DAY);
      assertThat(run.warnings()).isEmpty();

      inbox.open(Folder.READ_WRITE);
      inbox.getMessage(1).setFlag(Flags.Flag.DELETED, true);
      inbox.copyMessages(new Message[] {inbox.getMessage(2)}, imap.getFolder("Trash"));
      inbox.getMessage(2).setFlag(Flags.Flag.DELETED, true);
      inbox.close(true);
      dovecot.deliver(ALICE, "From: a@example.test\nSubject: Late\n\nLate.\n");
      secondDay.putAll(whatImapShows(imap));
    }
    host.takeSnapshot(FIRST_DAY.plusDays(1));
    assertThat(firstDay).isNotEqualTo(secondDay);

    host.awaitIndexed(new MadeUpPasswords(PASSWORDS));
    assertThat(whatTheWebmailShows(FIRST_DAY)).isEqualTo(firstDay);
    assertThat(whatTheWebmailShows(FIRST_DAY.plusDays(1))).isEqualTo(secondDay);
  }

  @Test
  void aWrongPasswordIsRefused() throws Exception {
    assertThat(host.get(ALICE, "open sesame", "snapshots").statusCode()).isEqualTo(401);
  }

  private static Store imap() throws Exception {
    Properties properties = new Properties();
    properties.setProperty("mail.imap.port", Integer.toString(dovecot.imapPort()));
    Store store = Session.getInstance(properties).getStore("imap");
    store.connect("127.0.0.1", ALICE.toString(), PASSWORDS.get(ALICE));
    return store;
  }

  /** Folder name with slashes -> "subject [flags]" of each message, sorted. */
  private static Map<String, List<String>> whatImapShows(Store imap) throws Exception {
    Map<String, List<String>> shown = new TreeMap<>();
    for (Folder folder : imap.getDefaultFolder().list("*")) {
      List<String> messages = new ArrayList<>();
      if ((folder.getType() & Folder.HOLDS_MESSAGES) != 0) {
        folder.open(Folder.READ_ONLY);
        for (Message message : folder.getMessages()) {
          TreeSet<String> flags = new TreeSet<>();
          for (Flags.Flag flag : message.getFlags().getSystemFlags()) {
            if (flag == Flags.Flag.SEEN) {
              flags.add("seen");
            } else if (flag == Flags.Flag.FLAGGED) {
              flags.add("flagged");
            }
          }
          messages.add(message.getSubject() + " " + flags);
        }
        folder.close(false);
        messages.sort(null);
        shown.put(folder.getFullName().replace('.', '/'), messages);
      }
    }
    return shown;
  }

  private static Map<String, List<String>> whatTheWebmailShows(LocalDate day) throws Exception {
    Map<String, List<String>> shown = new TreeMap<>();
    for (JsonObject folder :
        Json.of(get("snapshots/" + day + "/folders")).asJsonArray().getValuesAs(JsonObject.class)) {
      List<String> messages = new ArrayList<>();
      JsonObject page =
          Json.of(
                  get(
                      "snapshots/%s/folders/%s/messages?limit=100"
                          .formatted(day, folder.getString("id"))))
              .asJsonObject();
      for (JsonObject message : page.getJsonArray("messages").getValuesAs(JsonObject.class)) {
        TreeSet<String> flags = new TreeSet<>();
        message.getJsonArray("flags").getValuesAs(JsonString.class).stream()
            .map(flag -> flag.getString().replace("\\", "").toLowerCase(Locale.ROOT))
            .filter(flag -> flag.equals("seen") || flag.equals("flagged"))
            .forEach(flags::add);
        messages.add(message.getString("subject") + " " + flags);
      }
      messages.sort(null);
      shown.put(folder.getString("name"), messages);
    }
    return shown;
  }

  private static HttpResponse<byte[]> get(String path) throws Exception {
    return host.get(ALICE, PASSWORDS.get(ALICE), path);
  }
}
