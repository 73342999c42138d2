package org.mailtimemachine.command;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.Multipart;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.snapshot.Run;

/**
 * A real Dovecot works on the mail: the webmail shows what IMAP showed at that moment, and what was
 * lost since then comes back by a request, by letters through a real Postfix.
 */
class DovecotIT {

  private static final MailboxAddress ALICE = MailboxAddress.of("alice@example.test");
  private static final MailboxAddress BOB = MailboxAddress.of("bob@example.test");
  private static final MailboxAddress POSTMASTER = MailboxAddress.of("postmaster@example.test");
  private static final LocalDate FIRST_DAY = LocalDate.of(2026, 11, 20);
  private static final LocalDate DAY_OF_BOB = FIRST_DAY.plusDays(2);
  private static final Map<MailboxAddress, String> PASSWORDS =
      Map.of(ALICE, "open \"sesame\" \\ 1", BOB, "bob's own", POSTMASTER, "post");
  private static final String CONSOLE_PASSWORD = "nine wooden boats";
  private static final Pattern TO_CONFIRM =
      Pattern.compile("\\S+/(admin/request\\.xhtml\\?id=[0-9a-f-]{36}&do=confirm)");

  private static Path directory;
  private static RealDovecot dovecot;
  private static Optional<RealPostfix> postfix = Optional.empty();
  private static TestHost host;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        RealDovecot.isPossible(), "a real Dovecot needs root, /usr/sbin/dovecot and its LMTP");
    // Sockets have short names, and Dovecot's users must be able to enter.
    directory = Files.createTempDirectory(Path.of("/tmp"), "mtm");
    OwnCertificates certificates = OwnCertificates.make(directory.resolve("c"));
    dovecot =
        RealDovecot.start(
            Files.createDirectory(directory.resolve("d")),
            PASSWORDS,
            certificates.forDovecot(LoopbackPort.free()));
    Properties signIn = new Properties();
    signIn.setProperty("mtm.signin", "imap");
    signIn.setProperty("mtm.signin.imap.host", "localhost");
    signIn.setProperty("mtm.signin.imap.port", Integer.toString(dovecot.imapPort()));
    signIn.setProperty("mtm.signin.imap.security", "starttls");
    signIn.setProperty("mtm.server.jvm", certificates.jvmOptions());
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    if (RealPostfix.isPossible()) {
      postfix =
          Optional.of(
              RealPostfix.start(
                  Files.createDirectory(directory.resolve("p")),
                  ALICE.domain(),
                  dovecot.lmtpPort()));
      signIn.setProperty("mtm.mail.smtp", "127.0.0.1:" + postfix.get().smtpPort());
      signIn.setProperty("mtm.mail.from", "mail-time-machine@example.test");
    }
    host = TestHost.start(directory.resolve("h"), dovecot.mail(), signIn);
  }

  @AfterAll
  static void stop() throws Exception {
    if (host != null) {
      host.close();
    }
    if (postfix.isPresent()) {
      postfix.get().close();
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
    try (Store imap = imap(ALICE)) {
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

  @Test
  void whileTheMailServerIsAwayTheLastPasswordOpensThePastDays() throws Exception {
    dovecot.deliver(ALICE, "From: a@example.test\nSubject: Before\n\nBefore.\n");
    host.takeSnapshot(DAY_OF_BOB);
    host.awaitIndexed(new MadeUpPasswords(PASSWORDS));
    try (Chromium chromium = Chromium.start(List.of())) {
      try (WebmailVisit visit = chromium.visit(host.address(), desktop())) {
        visit.signIn("mailbox.xhtml", ALICE, PASSWORDS.get(ALICE));
        visit.awaitReady();
        assertThat(visit.page().locator(".server-away")).hasCount(0);
      }
      dovecot.close();
      try (WebmailVisit visit = chromium.visit(host.address(), desktop())) {
        visit.signIn("mailbox.xhtml", ALICE, PASSWORDS.get(ALICE));
        visit.awaitReady();
        assertThat(visit.page().locator(".server-away")).containsText("did not answer");
        visit.screenshot("mail-server-away");
        visit.context().clearCookies();
        visit.signIn("mailbox.xhtml", ALICE, "not it");
        assertThat(visit.page().locator("#signin-sentence")).containsText("cannot be checked");
      } finally {
        dovecot.startAgain();
      }
    }
  }

  @Test
  void whatWasLostComesBackByARequestAndGoesByItsTakeBack() throws Exception {
    assumeTrue(postfix.isPresent(), "letters need root and /usr/sbin/postfix");
    Map<String, List<String>> then;
    Map<String, List<String>> left;
    try (Store imap = imap(BOB)) {
      hasMail(imap);
      then = ImapView.of(imap);
      assertThat(host.takeSnapshot(DAY_OF_BOB).warnings()).isEmpty();
      losesMuchOfIt(imap);
      left = ImapView.of(imap);
    }
    assertThat(then.get("INBOX")).hasSize(4);
    assertThat(left.get("INBOX")).hasSize(1);
    assertThat(left).doesNotContainKey("Invoices");
    host.awaitIndexed(new MadeUpPasswords(PASSWORDS));
    try (AdministratorAccounts accounts =
        AdministratorAccounts.open(host.database(), Clock.systemUTC())) {
      accounts.add(
          new Administrator("post", POSTMASTER.toString(), Locale.ENGLISH, Optional.empty(), false),
          CONSOLE_PASSWORD);
    }

    try (Chromium chromium = Chromium.start(List.of());
        WebmailVisit user = chromium.visit(host.address(), desktop());
        WebmailVisit administrator = chromium.visit(host.address(), desktop())) {
      user.signIn("mailbox.xhtml?day=" + DAY_OF_BOB, BOB, PASSWORDS.get(BOB));
      user.awaitReady();
      Locator dialog = user.page().locator("#restore");
      user.page().locator(".daybar [data-restore=day]").click();
      assertThat(dialog.locator(".missing b")).hasText("6");
      dialog.locator("#reason").fill("The invoices are gone.");
      dialog.locator(".restore-send").click();
      assertThat(dialog.locator(".restore-sent")).containsText("6 messages");

      String letter = awaitLetter(POSTMASTER, "Restore request of " + BOB);
      assertThat(letter).contains("The invoices are gone.", "Invoices: 3", "&do=reject");
      Matcher link = TO_CONFIRM.matcher(letter);
      assertThat(link.find()).as(letter).isTrue();
      Page page = administrator.page();
      page.navigate(link.group(1));
      page.locator("#name").fill("post");
      page.locator("#password").fill(CONSOLE_PASSWORD);
      page.locator("button[type=submit]").click();
      assertThat(page.locator("#confirm")).isVisible();
      assertThat(ImapView.of(imap(BOB))).isEqualTo(left); // nothing happens by a GET
      page.locator("#confirm-password").fill(CONSOLE_PASSWORD);
      page.locator("#confirm [type=submit]").click();
      assertThat(page.locator(".head .state")).hasText("done");
      administrator.screenshot("restored-behind-dovecot");

      assertThat(awaitLetter(BOB, "Your messages are back")).contains("Invoices: 3");
      try (Store imap = imap(BOB)) {
        assertThat(ImapView.of(imap, "Your ")).isEqualTo(then);
        assertThat(imap.getFolder("Invoices").isSubscribed()).isTrue();
      }

      user.page().reload();
      user.awaitReady();
      user.page().locator(".daybar [data-restore=day]").click();
      assertThat(dialog.locator(".nothing-missing")).containsText("Nothing is missing");
      assertThat(dialog.locator(".restore-send")).hasCount(0);

      page.locator("[data-dialog=takeback]").click();
      page.locator("#takeback-password").fill(CONSOLE_PASSWORD);
      page.locator("#takeback [type=submit]").click();
      assertThat(page.locator(".head .state")).hasText("taken back");
      awaitLetter(BOB, "Your restore was taken back");
      assertThat(user.complaints()).isEmpty();
      assertThat(administrator.complaints()).isEmpty();
    }
    try (Store imap = imap(BOB)) {
      Map<String, List<String>> shown = ImapView.of(imap, "Your ");
      assertThat(shown.getOrDefault("Invoices", List.of())).isEmpty();
      shown.remove("Invoices");
      assertThat(shown).isEqualTo(left);
    }
    assertThat(Files.readString(dovecot.log()))
        .doesNotContainIgnoringCase("reappeared")
        .doesNotContainIgnoringCase("duplicate")
        .doesNotContainIgnoringCase("corrupt");
  }

  private static void hasMail(Store imap) throws Exception {
    for (int number = 1; number <= 4; number++) {
      dovecot.deliver(BOB, "From: a@example.test\nSubject: Number %d\n\nText.\n".formatted(number));
    }
    for (int number = 1; number <= 3; number++) {
      dovecot.deliver(
          BOB, "From: b@example.test\nSubject: Invoice %d\n\nText.\n".formatted(number));
    }
    Folder invoices = imap.getFolder("Invoices");
    assertThat(invoices.create(Folder.HOLDS_MESSAGES)).isTrue();
    invoices.setSubscribed(true);
    Folder inbox = imap.getFolder("INBOX");
    inbox.open(Folder.READ_WRITE);
    inbox.getMessage(1).setFlag(Flags.Flag.SEEN, true);
    inbox.getMessage(2).setFlags(new Flags("$Important"), true);
    inbox.getMessage(5).setFlags(new Flags("Paid"), true);
    inbox.getMessage(6).setFlag(Flags.Flag.ANSWERED, true);
    Message[] three = inbox.getMessages(5, 7);
    inbox.copyMessages(three, invoices);
    inbox.setFlags(three, new Flags(Flags.Flag.DELETED), true);
    inbox.close(true);
  }

  private static void losesMuchOfIt(Store imap) throws Exception {
    Folder inbox = imap.getFolder("INBOX");
    inbox.open(Folder.READ_WRITE);
    inbox.setFlags(inbox.getMessages(1, 3), new Flags(Flags.Flag.DELETED), true);
    inbox.close(true);
    imap.getFolder("Invoices").delete(true);
    imap.getFolder("Invoices").setSubscribed(false);
  }

  /** Waits for the letter of that subject; its text. */
  private static String awaitLetter(MailboxAddress mailbox, String subject) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (System.nanoTime() < end) {
      try (Store imap = imap(mailbox)) {
        Folder inbox = imap.getFolder("INBOX");
        inbox.open(Folder.READ_ONLY);
        for (Message message : inbox.getMessages()) {
          if (subject.equals(message.getSubject())) {
            return (String) ((Multipart) message.getContent()).getBodyPart(0).getContent();
          }
        }
      }
      TimeUnit.MILLISECONDS.sleep(200); // between two looks
    }
    throw new AssertionError("no letter to " + mailbox + " is called: " + subject);
  }

  private static Browser.NewContextOptions desktop() {
    return new Browser.NewContextOptions().setLocale("en-GB").setViewportSize(1440, 900);
  }

  private static Store imap(MailboxAddress mailbox) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("mail.imap.port", Integer.toString(dovecot.imapPort()));
    Store store = Session.getInstance(properties).getStore("imap");
    store.connect("127.0.0.1", mailbox.toString(), PASSWORDS.get(mailbox));
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
