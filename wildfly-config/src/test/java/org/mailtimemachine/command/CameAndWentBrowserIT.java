package org.mailtimemachine.command;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static com.microsoft.playwright.options.MouseButton.RIGHT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mailtimemachine.command.Visitor.desktop;
import static org.mailtimemachine.command.Visitor.phone;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.administrator.Administrator;

/** Mail that a mirror holds and no Snapshot has: the demo's, and what a test adds to it. */
@WithSharedHost
class CameAndWentBrowserIT {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@demo.test");
  private static final MailboxAddress MARCO = MailboxAddress.of("marco@demo.test");
  private static final String PERMIT = "Permit 2214: one signature is missing";
  private static final String OFFER = "Skylight: the offer stands until tonight";

  private static final String ADMINISTRATOR = "mirror-host";

  @RegisterExtension final Visitor visit = new Visitor();

  private final SharedHost.Running shared;

  CameAndWentBrowserIT(SharedHost.Running shared) {
    this.shared = shared;
  }

  @BeforeAll
  static void prepare(SharedHost.Running shared) throws Exception {
    try (AdministratorAccounts accounts =
        AdministratorAccounts.open(shared.host().database(), Clock.systemUTC())) {
      accounts.add(
          new Administrator(ADMINISTRATOR, "", Locale.ENGLISH, Optional.empty(), false),
          ConsoleBrowserIT.PASSWORD);
    }
  }

  @Test
  void whatCameAndWentComesBackOnceWhenItIsConfirmedAndIsTakenBack() throws Exception {
    String day = "mailbox.xhtml?day=" + midnight() + "&folder=" + new UUID(0, 1);
    Page page = visit.signedIn(ANNA, desktop(), day);
    String foreign = page.locator("a.message-link").first().getAttribute("data-id");
    page = visit.signedIn(MARCO, desktop(), day);
    Locator dialog = page.locator("#restore");
    assertThat(asked(page, foreign)).isEqualTo(asked(page, UUID.randomUUID().toString()));
    dialog.locator("[data-close]").click();

    page.locator("a.message-link").focus();
    page.keyboard().press("Space");
    assertThat(page.locator("article.opened .subject")).containsText("hydrangeas");
    page.keyboard().press("r");
    assertThat(dialog.locator(".restore-what")).containsText("One message that the mirror holds");
    assertThat(dialog.locator("fieldset label").first()).hasText("Into the inbox");
    assertThat(dialog.locator(".restore-sum")).containsText("One message would be added");
    visit.screenshot("came-and-went-request");
    dialog.locator(".restore-send").click();
    assertThat(dialog.locator(".restore-sent")).isVisible();
    dialog.locator("[data-requests]").click();
    Locator own = page.locator("#requests [data-request]").first();
    assertThat(own).containsText("Only for Marco: the hydrangeas");
    visit.screenshot("came-and-went-requests");
    String id = own.getAttribute("data-request");

    try (WebmailVisit console = visit.another(desktop())) {
      Page admin = console.page();
      String request = "admin/request.xhtml?id=" + id;
      ConsoleBrowserIT.signIn(admin, request + "&do=confirm", ADMINISTRATOR);
      assertThat(admin.locator("main")).containsText("messages from a mirror");
      console.screenshot("console-request-of-mirror");
      assertThat(restored()).isEmpty();
      admin.locator("#confirm-password").fill(ConsoleBrowserIT.PASSWORD);
      admin.locator("#confirm [type=submit]").click();
      assertThat(admin.locator(".head .state")).hasText("done");
      assertThat(restored())
          .singleElement()
          .satisfies(
              file ->
                  assertThat(Files.readString(file))
                      .isEqualTo(new String(copy("hydrangeas"), UTF_8).replace("\r\n", "\n")));

      page.navigate(day);
      visit.awaitReady();
      page.locator(".folder.mirrored a").click(new Locator.ClickOptions().setButton(RIGHT));
      page.locator("#folder-menu [data-restore=folder]").click();
      assertThat(dialog.locator(".nothing-missing")).isVisible();
      visit.screenshot("came-and-went-nothing-missing");

      admin.locator("[data-dialog=takeback]").click();
      admin.locator("#takeback-password").fill(ConsoleBrowserIT.PASSWORD);
      admin.locator("#takeback [type=submit]").click();
      assertThat(admin.locator(".head .state")).hasText("taken back");
      assertThat(restored()).isEmpty();
      assertThat(console.complaints()).isEmpty();
    }
    assertThat(visit.complaints()).isEmpty();
  }

  /** What the dialog says of the message of that id, as a page that is not ours may ask it. */
  private static String asked(Page page, String id) {
    page.evaluate(
        """
        id => {
          document.querySelector("#restore [id$=restore-body]").textContent = "";
          const at = new URLSearchParams(location.search);
          window.mtmRestore([
            {name: "day", value: at.get("day")}, {name: "folder", value: at.get("folder")},
            {name: "ids", value: id}, {name: "restore", value: "selection"}]);
        }
        """,
        id);
    Locator body = page.locator("#restore [id$=restore-body]");
    assertThat(body).containsText("The mirror holds none of these messages for you");
    return body.textContent();
  }

  /** What restores have put into Marco's inbox. */
  private List<Path> restored() throws Exception {
    Path cur = shared.host().mail().resolve("demo.test/marco/cur");
    try (Stream<Path> files = Files.list(cur)) {
      return files.filter(file -> file.toString().contains(".restored")).toList();
    }
  }

  @Test
  void whatCameAndWentIsShownOnItsDayAndOpenedAndDownloadedAsItCame() throws Exception {
    LocalDate today = midnight();
    Page page = visit.signedIn(ANNA, desktop(), "mailbox.xhtml?day=" + today);
    Locator folder = page.locator(".folder.mirrored");
    assertThat(folder).hasCount(1);
    assertThat(folder.locator(".badge")).hasText("2");
    assertThat(page.locator(".gone-since")).containsText("gone since");
    folder.locator("a").click();
    assertThat(page.locator(".message .subject"))
        .hasText(new String[] {"Your order is ready for collection", PERMIT});
    assertThat(page.locator("#list .bar.of-mirror")).containsText("are in none");

    row(page, PERMIT).click();
    assertThat(page.locator("article.opened .subject")).containsText(PERMIT);
    assertThat(page.locator("div.text")).containsText("lacks the signature on page 4");
    assertThat(page.locator("article .bar.of-mirror")).containsText("kept this copy");
    page.locator("[data-reveal=show-details]").click();
    assertThat(page.locator(".details")).containsText("bounces@sender.example");
    visit.screenshot("came-and-went");

    byte[] copy = copy(PERMIT);
    Download eml = page.waitForDownload(() -> page.locator("#reader .do-download").click());
    assertThat(DigestUtils.sha256Hex(Files.readAllBytes(eml.path())))
        .isEqualTo(DigestUtils.sha256Hex(copy));
    String source = page.locator("#reader .do-source").getAttribute("href");
    assertThat(page.request().get(shared.host().address().resolve("/" + source).toString()).body())
        .isEqualTo(copy);
    page.locator("#reader .do-print").first().click();
    assertThat(page.frameLocator("iframe.print-frame").locator(".print-head h1")).hasText(PERMIT);

    page.navigate("mailbox.xhtml?day=" + today.minusDays(2) + "&folder=" + folderOf(page));
    visit.awaitReady();
    row(page, OFFER).click();
    Download file = page.waitForDownload(() -> page.locator(".attachments a").first().click());
    assertThat(Files.readString(file.path())).contains("skylight,2,1480.00");
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void severalAreOneFile() throws Exception {
    LocalDate today = midnight();
    Page page =
        visit.signedIn(ANNA, desktop(), "mailbox.xhtml?day=" + today + "&folder=" + new UUID(0, 1));
    assertThat(page.locator(".message")).hasCount(2);
    page.locator(".message").first().focus();
    page.keyboard().press("Control+a");
    assertThat(page.locator(".picked-sentence")).containsText("2 messages selected");
    assertThat(page.locator(".picked [data-act=restore]")).isEnabled();
    page.locator(".picked [data-act=downloads]").click();
    Download zip = page.waitForDownload(() -> page.locator("#take [value=eml]").click());
    try (ZipFile file = new ZipFile(zip.path().toFile())) {
      assertThat(file.stream())
          .anySatisfy(
              entry ->
                  assertThat(file.getInputStream(entry).readAllBytes()).isEqualTo(copy(PERMIT)))
          .hasSize(2);
    }
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void whatASnapshotHasIsNotShownAndWhatIsForOthersNeverIs() throws Exception {
    LocalDate today = midnight();
    Path stored = message(ANNA, today);
    String text = Files.readString(stored, ISO_8859_1).replace("\n", "\r\n");
    DemoDirectory demo = new DemoDirectory(TestHost.testDirectory().resolve("shared"));
    DemoMirror mirror = new DemoMirror(demo, Clock.systemUTC());
    Matcher queueId = Pattern.compile("with E?SMTPS? id ([0-9A-Za-z]+)").matcher(text);
    assertThat(queueId.find()).isTrue();
    DemoMirror.deliver(
        mirror.register(),
        Files.getLastModifiedTime(stored).toInstant(),
        ANNA.toString(),
        queueId.group(1),
        text.getBytes(ISO_8859_1));

    String day = "mailbox.xhtml?day=" + today + "&folder=" + new UUID(0, 1);
    Page page = visit.signedIn(MARCO, desktop(), day);
    assertThat(page.locator(".message .subject"))
        .hasText(new String[] {"Only for Marco: the hydrangeas"});
    String his = page.locator("a.message-link").getAttribute("data-id");

    page = visit.signedIn(ANNA, desktop(), day);
    assertThat(page.locator(".message .subject"))
        .hasText(new String[] {"Your order is ready for collection", PERMIT});
    page.navigate(day + "&message=" + his);
    visit.awaitReady();
    assertThat(page.locator("#reader")).containsText("not here on this day");
    String messages = "snapshots/" + today + "/messages/";
    for (String form : List.of("", ".eml", "/source", "/html", "/print", "/attachments.zip")) {
      HttpResponse<byte[]> foreign = get(ANNA, messages + his + form);
      HttpResponse<byte[]> unknown = get(ANNA, messages + UUID.randomUUID() + form);
      assertThat(foreign.statusCode()).isEqualTo(404);
      assertThat(foreign.body()).isEqualTo(unknown.body());
      assertThat(get(MARCO, messages + his + form).statusCode()).isEqualTo(200);
    }
    assertThat(new String(get(ANNA, "mirrored?day=" + today).body(), UTF_8))
        .contains("\"came\":2")
        .doesNotContain("hydrangeas");

    page.navigate("mailbox.xhtml?day=" + today + "&q=" + subject(text).replace(" ", "+"));
    visit.awaitReady();
    row(page, subject(text)).first().click();
    page.locator("[data-reveal=show-life]").click();
    assertThat(page.locator("#reader .life li").first())
        .containsText("received by the mirror from bounces@sender.example, queue ID");
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void whatIsNotWhatCameIsSaidToBeDamagedAndNeverShown() throws Exception {
    LocalDate day = midnight().minusDays(5);
    DemoMirror mirror =
        new DemoMirror(
            new DemoDirectory(TestHost.testDirectory().resolve("shared")), Clock.systemUTC());
    String words = "the original words";
    DemoMirror.deliver(
        mirror.register(),
        day.minusDays(1).atTime(9, 0).toInstant(ZoneOffset.UTC),
        ANNA.toString(),
        "4BDAMAGED",
        ("Subject: A sound one\r\n\r\n" + words + "\r\n").getBytes(UTF_8));
    Path file = file(words);
    Files.writeString(file, Files.readString(file).replace(words, "the forged words!!"));

    Page page =
        visit.signedIn(ANNA, desktop(), "mailbox.xhtml?day=" + day + "&folder=" + new UUID(0, 1));
    row(page, "bounces@sender.example").click();
    assertThat(page.locator("article .bar[role=alert]")).containsText("is not what it received");
    assertThat(page.locator("#reader")).not().containsText("forged");
    visit.screenshot("came-and-went-damaged");
    String id = page.locator("a.message-link").getAttribute("data-id");
    HttpResponse<byte[]> eml = get(ANNA, "snapshots/" + day + "/messages/" + id + ".eml");
    assertThat(eml.statusCode()).isEqualTo(500);
    assertThat(new String(eml.body(), UTF_8)).contains("is not what it received");
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void itIsReadOnAPhoneInTheDarkAndInItalian() throws Exception {
    LocalDate today = midnight();
    String day = "mailbox.xhtml?day=" + today + "&folder=" + new UUID(0, 1);
    Page page = visit.signedIn(ANNA, phone(390), day);
    assertThat(page.locator(".message")).hasCount(2);
    visit.screenshot("came-and-went-phone");
    page.locator("#list [data-show=folders]").click();
    page.locator(".folder.mirrored").scrollIntoViewIfNeeded();
    visit.screenshot("came-and-went-phone-folders");

    page = visit.signedIn(ANNA, desktop().setColorScheme(ColorScheme.DARK), day);
    row(page, PERMIT).click();
    assertThat(page.locator("article.opened")).isVisible();
    visit.screenshot("came-and-went-dark");

    Browser.NewContextOptions italian = desktop().setLocale("it-IT");
    page = visit.signedIn(ANNA, italian, "mailbox.xhtml");
    assertThat(page.locator(".folder.mirrored .name"))
        .hasText(new String[] {"Arrivati e spariti", "Dopo l’ultima istantanea"});
    page.locator(".folder.mirrored a").last().click();
    assertThat(page.locator("#list .bar.of-mirror"))
        .hasText(Pattern.compile(".*la prossima istantanea.*"));
    visit.screenshot("came-and-went-italian");
    assertThat(visit.complaints()).isEmpty();
  }

  /** The day of the demo's last midnight. */
  private LocalDate midnight() throws Exception {
    String days = new String(get(ANNA, "snapshots").body(), UTF_8);
    return Pattern.compile("\"([0-9]{4}-[0-9]{2}-[0-9]{2})\"")
        .matcher(days)
        .results()
        .map(found -> LocalDate.parse(found.group(1)))
        .findFirst()
        .orElseThrow();
  }

  private HttpResponse<byte[]> get(MailboxAddress mailbox, String path) throws Exception {
    return shared.host().get(mailbox, shared.password(mailbox), path);
  }

  private static String folderOf(Page page) {
    return page.url().replaceAll(".*[?&]folder=([0-9a-f-]+).*", "$1");
  }

  private static Locator row(Page page, String subject) {
    return page.locator("a.message-link", new Page.LocatorOptions().setHasText(subject));
  }

  private byte[] copy(String words) throws Exception {
    return Files.readAllBytes(file(words));
  }

  /** The only file of the mirror that has these words. */
  private Path file(String words) throws Exception {
    try (Stream<Path> files =
        Files.walk(TestHost.testDirectory().resolve("shared/mirror/read-only"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(file), UTF_8).contains(words)) {
          return file;
        }
      }
    }
    throw new AssertionError("no copy has " + words);
  }

  /** Some message that came to somebody's INBOX on the day before, and is in its Snapshot. */
  private Path message(MailboxAddress mailbox, LocalDate day) throws Exception {
    Instant end = day.atStartOfDay().toInstant(ZoneOffset.UTC);
    try (Stream<Path> files =
        Files.list(
            shared.host().mail().resolve(mailbox.domain()).resolve(mailbox.localPart() + "/cur"))) {
      for (Path file : files.sorted().toList()) {
        Instant came = Files.getLastModifiedTime(file).toInstant();
        if (came.isBefore(end)
            && came.isAfter(end.minus(Duration.ofDays(1)))
            && !subject(Files.readString(file, ISO_8859_1)).isEmpty()) {
          return file;
        }
      }
    }
    throw new AssertionError("nothing that is plain came on the day before " + day);
  }

  /** Empty where it is not plain. */
  private static String subject(String text) {
    Matcher subject = Pattern.compile("(?m)^Subject: ([A-Za-z0-9 ]+)\r?$").matcher(text);
    return subject.find() ? subject.group(1) : "";
  }
}
