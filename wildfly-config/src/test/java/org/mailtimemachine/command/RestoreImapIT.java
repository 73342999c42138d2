package org.mailtimemachine.command;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Page;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.Hindrance;
import org.mailtimemachine.restore.LiveMail;
import org.mailtimemachine.restore.Receipt;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.RestorePlanner;
import org.mailtimemachine.restore.RestoreProgress;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.RestoreScope;
import org.mailtimemachine.restore.Restorer;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.imap.ImapLiveMail;
import org.mailtimemachine.snapshot.SnapshotName;
import picocli.CommandLine;

/** Mail comes back by IMAP, in the name of its user, into a mailbox that may be no Maildir. */
class RestoreImapIT {

  private static final MailboxAddress ALICE = MailboxAddress.of("alice@example.test");
  private static final LocalDate DAY = LocalDate.of(2026, 11, 20);
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Instant LONG_AGO = Instant.parse("2019-03-31T01:59:00Z");
  private static final String NESTED = "Projekte.Übersicht & più";
  private static final int MANY = 25;

  private Path directory;
  private RealDovecot dovecot;
  private Path copy;

  @BeforeEach
  void makeDirectories() throws Exception {
    assumeTrue(
        RealDovecot.isPossible(), "a real Dovecot needs root, /usr/sbin/dovecot and its LMTP");
    directory = Files.createTempDirectory(Path.of("/tmp"), "mtm");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void stop() throws Exception {
    if (dovecot != null) {
      dovecot.close();
    }
    if (directory != null) {
      FileTree.delete(directory);
    }
  }

  /**
   * @param storage where the live mail is
   * @param more of its configuration
   */
  private void start(String storage, String more) throws Exception {
    Path own = Files.createDirectory(directory.resolve("d"));
    Files.writeString(own.resolve("masters"), "restorer:master-secret\n");
    dovecot =
        RealDovecot.start(
            own,
            Map.of(ALICE, "secret"),
            """
            passdb {
              driver = passwd-file
              master = yes
              args = scheme=PLAIN %s/masters
              result_success = continue
            }
            mail_location = %s
            %s
            """
                .formatted(own, storage, more));
    Path secret = directory.resolve("master-password");
    Files.writeString(secret, "master-secret\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
  }

  private static String imapQuota(String rule) {
    return """
        mail_plugins = quota
        protocol imap {
          mail_plugins = quota imap_quota
        }
        plugin {
          quota = count:User quota
          quota_vsizes = yes
          quota_rule = *:%s
        }
        """
        .formatted(rule);
  }

  /** The mail lies in a mailbox of Dovecot's own kind; nights take a copy of it in Maildir. */
  private void takeACopy() throws Exception {
    copy = Files.createDirectory(directory.resolve("copy"));
    Files.setOwner(copy, Files.getOwner(dovecot.mail()));
    HostProgram.run(
        List.of(
            "/usr/bin/doveadm",
            "-c",
            directory.resolve("d/dovecot.conf").toString(),
            "backup",
            "-u",
            ALICE.toString(),
            "maildir:" + copy + "/example.test/alice/Maildir"),
        directory);
  }

  @Test
  void eachMessageComesBackOnceIntoAMailboxThatIsNoMaildir() throws Exception {
    start("mdbox:~/mdbox", imapQuota("storage=1G:messages=10000"));
    try (Store imap = imap()) {
      makeAMailbox(imap);
    }
    takeACopy();
    anOddMessage();
    comesBackAndIsTakenBack(1);
  }

  @Test
  void eachMessageComesBackOnceIntoAMaildirElsewhere() throws Exception {
    start("maildir:~/Maildir", imapQuota("storage=1G:messages=10000"));
    try (Store imap = imap()) {
      makeAMailbox(imap);
    }
    copy = dovecot.mail();
    comesBackAndIsTakenBack(0);
  }

  /**
   * Nothing that a server would deliver: NUL, a CR alone, lines of dots, no end of the last line.
   */
  private void anOddMessage() throws IOException {
    Path file = copy.resolve("example.test/alice/Maildir/cur/1500000000.M1P1.other:2,S");
    Files.writeString(
        file,
        "Subject: Odd\nMessage-ID: <odd@example.test>\n\n.\n..\na\0b\rc\r\r\n\u00e9\nend",
        StandardCharsets.ISO_8859_1);
    Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    Files.setOwner(file, Files.getOwner(dovecot.mail()));
  }

  private void comesBackAndIsTakenBack(int odd) throws Exception {
    Map<String, List<String>> then;
    Map<String, List<String>> live;
    try (Store imap = imap()) {
      then = ImapView.of(imap);
      assertThat(TestHost.takeSnapshot(directory, copy, DAY).warnings()).isEmpty();
      loseMuchOfIt(imap);
      live = ImapView.of(imap);
    }
    Map<String, List<String>> expected = expected(then, live);

    RestorePlan plan = plan();
    assertThat(plan.folders())
        .filteredOn(folder -> folder.name().equals(FolderName.INBOX))
        .singleElement()
        .satisfies(
            inbox ->
                assertThat(inbox.moved())
                    .containsExactly(Map.entry(new FolderName("Archive"), 1L)));
    assertThat(plan.messages()).isEqualTo(size(expected) - size(live) + odd);
    assertThat(plan.quota())
        .hasValueSatisfying(
            now -> {
              assertThat(now.messages()).isEqualTo(size(live));
              assertThat(now.mostMessages()).isEqualTo(10_000);
              assertThat(now.mostBytes()).isEqualTo(1L << 30);
            });
    Receipt receipt = run(plan);
    assertThat(receipt.count(Receipt.Outcome.ADDED)).isEqualTo(plan.messages());
    assertThat(receipt.notes())
        .extracting(note -> note.kind() + " " + note.folder())
        .containsExactlyInAnyOrder("FOLDER_MADE Gone", "FOLDER_MADE " + NESTED.replace('.', '/'));
    try (Store imap = imap()) {
      assertThat(ImapView.of(imap, "Odd")).isEqualTo(expected);
      assertThat(imap.getFolder("Gone").isSubscribed()).isTrue();
      assertThat(imap.getFolder(NESTED).isSubscribed()).isTrue();
    }

    assertThat(resume(plan.id())).isEqualTo(receipt);
    assertThat(plan().changesNothing()).isTrue();
    try (Store imap = imap()) {
      assertThat(size(ImapView.of(imap))).isEqualTo(size(expected) + odd);
    }

    aMessageOfGoneIsFlagged();
    try (var store = org.mailtimemachine.snapshot.Store.open(directory.resolve("store"))) {
      assertThat(new Restorer(store, live(dovecot.imapPort()), CLOCK).takeBack(plan.id()))
          .isEqualTo(new Restorer.TakenBack(plan.messages() - 1, 1));
    }
    try (Store imap = imap()) {
      Map<String, List<String>> left = ImapView.of(imap);
      assertThat(left.remove("Gone")).hasSize(1);
      assertThat(left.remove(NESTED)).as("a folder that was made stays").isNullOrEmpty();
      assertThat(left).isEqualTo(live);
    }
    assertThat(Files.readString(dovecot.log())).doesNotContain("Panic", "Error:", "orrupt");
  }

  private static void makeAMailbox(Store imap) throws Exception {
    append(imap.getFolder("INBOX"), "Old ", MANY);
    append(imap.getFolder("INBOX"), "Twin ", 1);
    append(imap.getFolder("INBOX"), "Twin ", 1);
    append(folder(imap, "Gone"), "Of a folder that goes ", 3);
    folder(imap, "Projekte");
    append(folder(imap, NESTED), "Überall ", 3);
    append(folder(imap, "Archive"), "Filed ", 2);
    append(folder(imap, "Copies"), "Old ", 4);
    Folder trash = imap.getFolder("Trash");
    if (!trash.exists()) {
      trash.create(Folder.HOLDS_MESSAGES);
    }
    Folder inbox = imap.getFolder("INBOX");
    inbox.open(Folder.READ_WRITE);
    inbox.getMessage(3).setFlags(keywords("$Important", "Wichtig"), true);
    inbox.getMessage(4).setFlags(new Flags(Flags.Flag.ANSWERED), true);
    inbox.getMessage(5).setFlags(new Flags(Flags.Flag.FLAGGED), true);
    inbox.close(false);
  }

  /**
   * Deleted, moved, thrown away; folders that are gone. Message 7 was moved, and of twins one is
   * left.
   */
  private static void loseMuchOfIt(Store imap) throws Exception {
    Folder inbox = imap.getFolder("INBOX");
    inbox.open(Folder.READ_WRITE);
    inbox.copyMessages(new Message[] {inbox.getMessage(7)}, imap.getFolder("Archive"));
    inbox.copyMessages(new Message[] {inbox.getMessage(8)}, imap.getFolder("Trash"));
    Message[] lost = inbox.getMessages(2, MANY + 1);
    inbox.setFlags(lost, new Flags(Flags.Flag.DELETED), true);
    inbox.close(true);
    imap.getFolder("Gone").delete(true);
    imap.getFolder(NESTED).delete(true);
    append(inbox, "New ", 2);
  }

  /** Of each folder what is there, and what was there but for the message that was moved. */
  private static Map<String, List<String>> expected(
      Map<String, List<String>> then, Map<String, List<String>> live) {
    Map<String, List<String>> expected = new TreeMap<>();
    Set<String> folders = new HashSet<>(then.keySet());
    folders.addAll(live.keySet());
    for (String folder : folders) {
      List<String> before = then.getOrDefault(folder, List.of());
      List<String> all = new ArrayList<>(live.getOrDefault(folder, List.of()));
      for (String message : new HashSet<>(before)) {
        int more = Collections.frequency(before, message) - Collections.frequency(all, message);
        for (int i = 0; i < more && !message.startsWith("Old 6 "); i++) {
          all.add(message);
        }
      }
      all.sort(null);
      expected.put(folder, all);
    }
    return expected;
  }

  private static long size(Map<String, List<String>> shown) {
    return shown.values().stream().mapToLong(List::size).sum();
  }

  @Test
  void aConnectionThatBreaksAfterAnyMessageLosesAndDoublesNothing() throws Exception {
    start("mdbox:~/mdbox", "");
    Map<String, List<String>> then = threeFolders();
    for (int cut : List.of(1, 2, 5, 9)) {
      emptied();
      RestorePlan plan = accepted();
      try (CutConnection line = new CutConnection(dovecot.imapPort(), "APPENDUID", cut)) {
        assertThatThrownBy(() -> resume(plan.id(), live(line.port())))
            .satisfies(e -> assertThat(Hindrance.of(e)).isEqualTo(Hindrance.SERVER_AWAY));
      }
      assertThat(receipt(plan.id()).count(Receipt.Outcome.ADDED))
          .as("the last one is there, and nobody was told")
          .isEqualTo(cut - 1);
      assertThat(resume(plan.id()).count(Receipt.Outcome.ADDED)).isEqualTo(plan.messages());
      assertThat(shown()).as("cut after message " + cut).isEqualTo(then);
      assertThat(takeBack(plan.id()).left()).as("all have their numbers").isZero();
      assertThat(size(shown())).isZero();
    }
  }

  @Test
  void whatARunHadAddedThatWasKilledIsFoundAndNothingIsThereTwice() throws Exception {
    start("mdbox:~/mdbox", "");
    Map<String, List<String>> then = threeFolders();
    emptied();
    RestorePlan plan = accepted();
    resume(plan.id());
    Path job = directory.resolve("store/restores").resolve(plan.id().toString());
    String done = Files.readString(job.resolve("done"));
    Files.delete(job.resolve("receipt"));
    Files.writeString(
        job.resolve("done"),
        done.lines()
            .filter(line -> !line.startsWith("ADDED\t") && !line.startsWith("SUM\t"))
            .reduce("", (all, line) -> all + line + "\n"));
    try (Store imap = imap()) {
      Folder inbox = imap.getFolder("INBOX");
      inbox.open(Folder.READ_WRITE);
      inbox.getMessage(2).setFlag(Flags.Flag.DELETED, true);
      inbox.close(true);
    }
    Receipt receipt = resume(plan.id());
    assertThat(receipt.count(Receipt.Outcome.ADDED)).isEqualTo(plan.messages());
    assertThat(shown()).as("also what its user deleted: nobody can tell").isEqualTo(then);
    assertThat(takeBack(plan.id())).isEqualTo(new Restorer.TakenBack(plan.messages(), 0));
  }

  @Test
  void aMailboxThatIsFullStopsItAndItGoesOnWhenThereIsRoom() throws Exception {
    // Without the plugin that lets clients ask for it, nobody knows before.
    start(
        "mdbox:~/mdbox",
        """
        mail_plugins = quota
        plugin {
          quota = count:User quota
          quota_vsizes = yes
          quota_rule = *:messages=12
        }
        """);
    Map<String, List<String>> then = threeFolders();
    emptied();
    try (Store imap = imap()) {
      append(imap.getFolder("Trash"), "In the way ", 6);
    }
    RestorePlan plan = accepted();
    assertThat(plan.quota()).isEmpty();
    assertThatThrownBy(() -> resume(plan.id()))
        .satisfies(e -> assertThat(Hindrance.of(e)).isEqualTo(Hindrance.OVER_QUOTA));
    assertThat(receipt(plan.id()).count(Receipt.Outcome.ADDED)).isEqualTo(6);
    try (Store imap = imap()) {
      Folder trash = imap.getFolder("Trash");
      trash.open(Folder.READ_WRITE);
      trash.setFlags(trash.getMessages(), new Flags(Flags.Flag.DELETED), true);
      trash.close(true);
    }
    assertThat(resume(plan.id()).count(Receipt.Outcome.ADDED)).isEqualTo(plan.messages());
    assertThat(shown()).isEqualTo(then);
  }

  @Test
  void aServerThatCanDoLittleGetsEachMessageOnceAndKeepsThem() throws Exception {
    start(
        "mdbox:~/mdbox",
        """
        protocol imap {
          imap_capability = IMAP4rev1
        }
        """);
    Map<String, List<String>> then = threeFolders();
    emptied();
    RestorePlan plan = accepted();
    try (CutConnection line = CutConnection.hiding(dovecot.imapPort(), "APPENDUID")) {
      assertThat(resume(plan.id(), live(line.port())).count(Receipt.Outcome.ADDED))
          .isEqualTo(plan.messages());
    }
    assertThat(shown()).isEqualTo(then);
    assertThat(receipt(plan.id()).entries())
        .as("found by their text")
        .noneMatch(entry -> entry.text().contains(".0."));
    assertThat(takeBack(plan.id())).isEqualTo(new Restorer.TakenBack(0, plan.messages()));
    assertThat(plan().changesNothing()).isTrue();
  }

  @Test
  void messagesComeBackBelowAFolderOfTheirOwnToo() throws Exception {
    start("mdbox:~/mdbox", "");
    threeFolders();
    emptied();
    RestorePlan plan = plan(RestoreRequest.Target.BELOW_RESTORED);
    run(plan);
    try (Store imap = imap()) {
      for (String name : List.of("INBOX", "Work", "Übung")) {
        Folder folder = imap.getFolder("Restored " + DAY + "." + name);
        assertThat(folder.isSubscribed()).as(name).isTrue();
        folder.open(Folder.READ_ONLY);
        assertThat(folder.getMessageCount()).as(name).isPositive();
        folder.close(false);
      }
    }
    assertThat(plan(RestoreRequest.Target.BELOW_RESTORED).changesNothing()).isTrue();
    assertThat(takeBack(plan.id())).isEqualTo(new Restorer.TakenBack(plan.messages(), 0));
    try (Store imap = imap()) {
      Folder made = imap.getFolder("Restored " + DAY + ".Work");
      made.open(Folder.READ_ONLY);
      assertThat(made.getMessageCount()).isZero();
      made.close(false);
    }
  }

  @Test
  void aServerIsBelievedByItsCertificateAndItsName() throws Exception {
    int port = LoopbackPort.free();
    OwnCertificates certificates = OwnCertificates.make(directory.resolve("c"));
    start("mdbox:~/mdbox", certificates.forDovecot(port));
    Map<String, List<String>> then = threeFolders();
    emptied();
    UUID id = accepted().id();
    LiveMail named = live("imaps://localhost:" + port);
    isNotBelieved(id, named);
    SSLContext usual = SSLContext.getDefault();
    SSLContext.setDefault(certificates.trusting());
    try {
      isNotBelieved(id, live("imaps://127.0.0.1:" + port));
      resume(id, named);
      assertThat(shown()).isEqualTo(then);
    } finally {
      SSLContext.setDefault(usual);
    }
  }

  private void isNotBelieved(UUID id, LiveMail server) throws Exception {
    assertThatThrownBy(() -> resume(id, server))
        .satisfies(e -> assertThat(Hindrance.of(e)).isEqualTo(Hindrance.SERVER_AWAY));
    assertThat(size(shown())).isZero();
  }

  @Test
  void theConsoleOfARunningServerConfirmsWhatGoesByImap() throws Exception {
    start("mdbox:~/mdbox", "");
    Map<String, List<String>> then = threeFolders();
    emptied();
    Properties settings = new Properties();
    settings.setProperty("mtm.signin.imap.host", "127.0.0.1");
    settings.setProperty("mtm.signin.imap.port", Integer.toString(dovecot.imapPort()));
    settings.setProperty("mtm.signin.imap.security", "none");
    settings.setProperty("mtm.live", "imap://127.0.0.1:" + dovecot.imapPort());
    settings.setProperty("mtm.live.master-user", "restorer");
    settings.setProperty("mtm.live.password-file", directory.resolve("master-password").toString());
    try (TestHost host = TestHost.start(directory, copy, settings);
        Chromium chromium = Chromium.start(List.of());
        WebmailVisit user = chromium.visit(host.address(), Visitor.desktop());
        WebmailVisit administrator = chromium.visit(host.address(), Visitor.desktop())) {
      host.awaitIndexed(new MadeUpPasswords(Map.of(ALICE, "secret")));
      try (AdministratorAccounts accounts = AdministratorAccounts.open(host.database(), CLOCK)) {
        accounts.add(
            new Administrator("carla", "", Locale.ENGLISH, Optional.empty(), false),
            "nine wooden boats");
      }
      user.signIn("mailbox.xhtml?day=" + DAY, ALICE, "secret");
      user.awaitReady();
      user.page().locator(".daybar [data-restore=day]").click();
      user.page().locator("#restore .restore-send").click();
      assertThat(user.page().locator("#restore .restore-sent")).containsText("9 messages");

      Page page = administrator.page();
      page.navigate("admin/requests.xhtml");
      page.locator("#name").fill("carla");
      page.locator("#password").fill("nine wooden boats");
      page.locator("button[type=submit]").click();
      page.locator("tbody a").first().click();
      decide(page, "confirm", "done");
      assertThat(shown()).isEqualTo(then);
      decide(page, "takeback", "taken back");
      assertThat(size(shown())).isZero();
      assertThat(administrator.complaints()).isEmpty();
    }
  }

  private static void decide(Page page, String action, String state) {
    page.locator("[data-dialog=" + action + "]").click();
    page.locator("#" + action + "-password").fill("nine wooden boats");
    page.locator("#" + action + " [type=submit]").click();
    assertThat(page.locator(".head .state")).hasText(state);
  }

  @Test
  void theWholeWayByTheCommandLine() throws Exception {
    start("mdbox:~/mdbox", "");
    Map<String, List<String>> then = threeFolders();
    emptied();
    Files.writeString(
        directory.resolve("mtm.properties"),
        """
        mtm.store = %1$s/store
        mtm.maildirs = %1$s/copy
        mtm.zone = UTC
        mtm.live = imap://127.0.0.1:%2$d
        mtm.live.master-user = restorer
        mtm.live.password-file = %1$s/master-password
        """
            .formatted(directory, dovecot.imapPort()));
    assertThat(mtm("plan", ALICE + " " + DAY)).contains("9");
    assertThat(size(shown())).as("a plan changes nothing").isZero();
    String said = mtm("run", ALICE + " " + DAY);
    assertThat(shown()).isEqualTo(then);
    java.util.regex.Matcher id =
        java.util.regex.Pattern.compile("restore ([0-9a-f-]{36})").matcher(said);
    assertThat(id.find()).as(said).isTrue();
    mtm("take-back", id.group(1));
    assertThat(size(shown())).isZero();
    assertThat(doctor()).doesNotContain("imap://");

    Files.setPosixFilePermissions(
        directory.resolve("master-password"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> accepted())
        .hasMessageContaining("everybody may read")
        .satisfies(e -> assertThat(Hindrance.of(e)).isEqualTo(Hindrance.NOT_PERMITTED));
    Path secret = directory.resolve("master-password");
    Files.writeString(secret, "wrong");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    assertThatThrownBy(() -> accepted())
        .hasMessageNotContaining("wrong")
        .satisfies(e -> assertThat(Hindrance.of(e)).isEqualTo(Hindrance.SIGN_IN_REFUSED));
    assertThat(doctor()).contains("does not let restorer work in the mailbox " + ALICE);
  }

  private String doctor() {
    StringWriter out = new StringWriter();
    CommandLine line = Mtm.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
    line.execute("doctor", "--config=" + directory.resolve("mtm.properties"));
    return out.toString();
  }

  private String mtm(String verb, String words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Mtm.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of("restore", verb));
    all.add("--config=" + directory.resolve("mtm.properties"));
    all.addAll(List.of(words.split(" ", -1)));
    assertThat(line.execute(all.toArray(String[]::new))).as(out + "\n" + err).isZero();
    return out.toString();
  }

  /** Nine messages in INBOX and two other folders, and a Snapshot of them. */
  private Map<String, List<String>> threeFolders() throws Exception {
    try (Store imap = imap()) {
      append(imap.getFolder("INBOX"), "In the inbox ", 5);
      append(folder(imap, "Work"), "Work ", 2);
      append(folder(imap, "Übung"), "Übung ", 2);
    }
    Map<String, List<String>> then = shown();
    takeACopy();
    assertThat(TestHost.takeSnapshot(directory, copy, DAY).warnings()).isEmpty();
    return then;
  }

  private void emptied() throws Exception {
    try (Store imap = imap()) {
      for (String name : List.of("INBOX", "Work", "Übung")) {
        Folder folder = imap.getFolder(name);
        folder.open(Folder.READ_WRITE);
        folder.setFlags(folder.getMessages(), new Flags(Flags.Flag.DELETED), true);
        folder.close(true);
      }
    }
  }

  private Map<String, List<String>> shown() throws Exception {
    try (Store imap = imap()) {
      return ImapView.of(imap);
    }
  }

  private void aMessageOfGoneIsFlagged() throws Exception {
    try (Store imap = imap()) {
      Folder gone = imap.getFolder("Gone");
      gone.open(Folder.READ_WRITE);
      gone.getMessage(1).setFlag(Flags.Flag.FLAGGED, true);
      gone.close(false);
    }
  }

  private LiveMail live(int port) {
    return live("imap://127.0.0.1:" + port);
  }

  private LiveMail live(String server) {
    Map<String, String> settings =
        Map.of(
            "mtm.live",
            server,
            "mtm.live.master-user",
            "restorer",
            "mtm.live.password-file",
            directory.resolve("master-password").toString());
    return ImapLiveMail.of(name -> Optional.ofNullable(settings.get(name))).orElseThrow();
  }

  private RestorePlan plan() throws IOException {
    return plan(RestoreRequest.Target.ORIGINAL_FOLDERS);
  }

  private RestorePlan plan(RestoreRequest.Target target) throws IOException {
    RestoreRequest request =
        new RestoreRequest(
            UUID.randomUUID(),
            ALICE,
            SnapshotName.nightly(DAY),
            new RestoreScope.WholeMailbox(),
            target,
            false,
            CLOCK.instant(),
            "");
    try (var store = org.mailtimemachine.snapshot.Store.open(directory.resolve("store"))) {
      return new RestorePlanner(store, live(dovecot.imapPort()), CLOCK).plan(request);
    }
  }

  private RestorePlan accepted() throws IOException {
    RestorePlan plan = plan();
    try (var store = org.mailtimemachine.snapshot.Store.open(directory.resolve("store"))) {
      new Restorer(store, live(dovecot.imapPort()), CLOCK).accept(plan);
    }
    return plan;
  }

  private Receipt run(RestorePlan plan) throws IOException {
    try (var store = org.mailtimemachine.snapshot.Store.open(directory.resolve("store"))) {
      new Restorer(store, live(dovecot.imapPort()), CLOCK).accept(plan);
    }
    return resume(plan.id());
  }

  private Receipt resume(UUID id) throws IOException {
    return resume(id, live(dovecot.imapPort()));
  }

  private Receipt resume(UUID id, LiveMail live) throws IOException {
    try (var store = org.mailtimemachine.snapshot.Store.open(directory.resolve("store"))) {
      return new Restorer(store, live, CLOCK).run(id, RestoreProgress.NONE);
    }
  }

  private Receipt receipt(UUID id) throws IOException {
    try (var store = org.mailtimemachine.snapshot.Store.open(directory.resolve("store"))) {
      return new Restorer(store, live(dovecot.imapPort()), CLOCK).receipt(id);
    }
  }

  private Restorer.TakenBack takeBack(UUID id) throws IOException {
    try (var store = org.mailtimemachine.snapshot.Store.open(directory.resolve("store"))) {
      return new Restorer(store, live(dovecot.imapPort()), CLOCK).takeBack(id);
    }
  }

  private static Flags keywords(String... names) {
    Flags flags = new Flags();
    Stream.of(names).forEach(flags::add);
    return flags;
  }

  private static Folder folder(Store imap, String name) throws MessagingException {
    Folder folder = imap.getFolder(name);
    assertThat(folder.create(Folder.HOLDS_MESSAGES)).isTrue();
    return folder;
  }

  /** Every other one has a Message-ID. */
  private static void append(Folder folder, String subject, int count) throws MessagingException {
    Message[] messages = new Message[count];
    for (int i = 0; i < count; i++) {
      String id = i % 2 == 0 ? "" : "Message-ID:\r\n <%d.%s>\r\n".formatted(i, subject.strip());
      byte[] text =
          "From: a@example.test\r\n%sSubject: %s%d\r\n\r\n.Text\r\n.\r\n\u00e8 sempre %d.\r\n"
              .formatted(id, subject, i, i)
              .getBytes(StandardCharsets.UTF_8);
      Date received = Date.from(LONG_AGO.plusSeconds(86_400L * i));
      messages[i] =
          new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(text)) {
            @Override
            public Date getReceivedDate() {
              return received;
            }
          };
      messages[i].setFlag(Flags.Flag.SEEN, i % 2 == 0);
    }
    folder.appendMessages(messages);
  }

  private Store imap() throws MessagingException {
    Properties properties = new Properties();
    properties.setProperty("mail.imap.port", Integer.toString(dovecot.imapPort()));
    Store store = Session.getInstance(properties).getStore("imap");
    store.connect("127.0.0.1", ALICE.toString(), "secret");
    return store;
  }
}
