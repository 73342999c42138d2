package org.mailtimemachine.command;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mailtimemachine.command.Visitor.desktop;
import static org.mailtimemachine.command.Visitor.phone;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.MouseButton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** What a user of the webmail does, by mouse, by keyboard and on a telephone. */
@WithSharedHost
class WebmailBrowserIT {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@demo.test");

  private static final MailboxAddress MARCO = MailboxAddress.of("marco@demo.test");

  /** Before the oldest Snapshot: the webmail shows the nearest day. */
  private static final String OLDEST = "mailbox.xhtml?day=2000-01-01";

  @RegisterExtension final Visitor visit = new Visitor();

  @Test
  void aWrongPasswordStaysAtTheSignInAndSaysNoMoreThanThat() {
    visit.arrive(desktop());

    // not Anna: after a wrong password her next attempt would have to wait
    visit.signIn("mailbox.xhtml", MARCO, "not the password");

    assertThat(visit.page().locator("#signin-sentence"))
        .hasText(
            "This address and password do not open a mailbox. Please check both and try again.");
    assertThat(visit.page().locator("#address")).hasValue(MARCO.toString());
    assertThat(visit.page().locator("#password")).hasValue("");
  }

  @Test
  void keysChangeTheDayAndTheBackButtonReturns() throws Exception {
    Page page = signedIn(desktop(), "mailbox.xhtml");
    Locator sentence = page.locator(".day-sentence");
    assertThat(sentence).containsText("Your mailbox on");
    String newest = sentence.textContent();

    page.keyboard().press("[");
    assertThat(sentence).not().hasText(newest);
    String before = sentence.textContent();
    page.keyboard().press("[");
    assertThat(sentence).not().hasText(before);
    page.keyboard().press("]");
    assertThat(sentence).hasText(before);

    page.keyboard().press("ArrowDown");
    assertThat(page.locator("article.opened")).isVisible();
    assertThat(page.locator("tr.message.selected")).hasCount(1);
    page.keyboard().press("Escape");
    assertThat(page.locator("article.opened")).hasCount(0);

    page.locator(".next-day").click();
    assertThat(sentence).hasText(newest);
    page.goBack();
    assertThat(sentence).hasText(before);
    page.reload();
    assertThat(sentence).hasText(before);
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void theCalendarOffersTheDaysThatHaveASnapshotAndNoOthers() throws Exception {
    Page page = signedIn(desktop(), OLDEST);
    String choices = page.locator(".daybar").getAttribute("data-choices");
    List<String> days = Arrays.stream(choices.split(" ")).map(day -> day.substring(8, 10)).toList();
    String month = choices.substring(0, 7);

    page.locator(".calendar-button").click();
    assertThat(page.locator("#calendar-box")).isVisible();
    visit.screenshot("calendar");

    List<String> offered = page.locator("#calendar-box td a").allTextContents();
    assertThat(offered.stream().map(day -> "%02d".formatted(Integer.parseInt(day))))
        .containsExactlyElementsOf(
            Arrays.stream(choices.split(" "))
                .filter(day -> day.startsWith(month))
                .map(day -> day.substring(8, 10))
                .toList());
    page.locator("#calendar-box td a").nth(1).click();
    assertThat(page.locator(".daybar"))
        .hasAttribute("data-day", Pattern.compile(".*-" + days.get(1)));
  }

  @Test
  void rightClickAndDownloadGivesTheVeryFileOfThePool() throws Exception {
    Page page = signedIn(desktop(), OLDEST);

    page.locator("a.message-link")
        .first()
        .click(new Locator.ClickOptions().setButton(MouseButton.RIGHT));
    assertThat(page.locator("#menu")).isVisible();
    visit.screenshot("menu");
    Download download = page.waitForDownload(() -> page.locator("#menu .do-download").click());

    assertThat(download.suggestedFilename()).endsWith(".eml");
    assertThat(poolOf(ANNA)).anyMatch(file -> sameBytes(file, download.path()));
    page.locator("a.message-link").first().click();
    Download again = page.waitForDownload(() -> page.locator("#reader .do-download").click());
    assertThat(sameBytes(again.path(), download.path())).isTrue();
  }

  @Test
  void aFolderAndAWholeDayCanBeTakenAwayAsOneFile() throws Exception {
    Page page = signedIn(desktop(), OLDEST);
    String range = page.locator(".range").textContent();
    page.locator("[popovertarget=downloads]").click();
    visit.screenshot("downloads");

    Locator links = page.locator("#downloads a");
    Download folder = page.waitForDownload(() -> links.nth(0).click());
    Download day = page.waitForDownload(() -> links.nth(5).click());

    try (ZipFile zip = new ZipFile(folder.path().toString())) {
      List<? extends ZipEntry> messages = Collections.list(zip.entries());
      assertThat(range).endsWith(" " + messages.size());
      try (InputStream message = zip.getInputStream(messages.getFirst())) {
        Path unpacked = folder.path().resolveSibling("unpacked.eml");
        Files.copy(message, unpacked);
        assertThat(poolOf(ANNA)).anyMatch(file -> sameBytes(file, unpacked));
      }
    }
    try (ZipFile zip = new ZipFile(day.path().toString())) {
      assertThat(zip.stream().map(ZipEntry::getName))
          .contains("Maildir/cur/", "Maildir/.Projects.Alpha.Drawings/cur/");
    }
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void whatIsGoneSinceADayIsFoundInOneClickAndItsLifeInAnother() throws Exception {
    Page page = signedIn(desktop(), OLDEST);

    assertThat(page.locator(".folder .badge.lost").first()).isVisible(); // before anything is asked
    visit.screenshot("gone-since-at-a-glance");
    page.locator(".gone-since").click();
    assertThat(page.locator(".gone-since.on")).isVisible();
    page.locator(".folder:has(.badge.lost) a").first().click();
    assertThat(page.locator("#list .bar")).containsText("no folder any more");
    visit.screenshot("gone-since");
    page.locator("tr:has(.fate.lost) a.message-link").first().click();
    page.locator("[data-reveal=show-life]").click();
    assertThat(page.locator(".life li.gone")).containsText("gone from");
    visit.screenshot("life-of-a-message");

    page.locator(".gone-since").click();
    assertThat(page.locator(".fate")).hasCount(0);
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void theSourceOpensBesideTheMessageAsText() {
    Page page = signedIn(desktop(), OLDEST);
    page.locator("a.message-link").first().click();

    Page source = page.waitForPopup(() -> page.locator("#reader .do-source").click());

    assertThat(source.locator("body")).containsText("Message-ID:");
    assertThat(source.locator("body")).containsText("Subject:");
  }

  @Test
  void aNewsletterIsReadWithoutAskingItsSenderForAnything() throws Exception {
    Page page = signedIn(desktop(), OLDEST + "&q=Gazzetta");

    page.locator("a.message-link").first().click();
    Locator frame = page.locator("iframe.html");
    assertThat(frame).isVisible();
    assertThat(frame).hasAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
    assertThat(page.frameLocator("iframe.html").locator("body")).not().isEmpty();
    assertThat(page.locator(".bar.blocked")).isVisible();
    visit.screenshot("newsletter");

    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void anItalianWhoLikesItDarkIsAtHome() throws Exception {
    Page page =
        signedIn(desktop().setLocale("it-IT").setColorScheme(ColorScheme.DARK), "mailbox.xhtml");

    assertThat(page.locator(".day-sentence")).containsText("La tua casella");
    assertThat(page.locator(".folder").first()).containsText("Posta in arrivo");
    page.locator("a.message-link").first().click();
    assertThat(page.locator("article.opened")).isVisible();
    visit.screenshot("italian-dark");
  }

  @Test
  void aTelephoneShowsOnePaneAtATime() throws Exception {
    Page page = signedIn(phone(390), "mailbox.xhtml");
    assertThat(page.locator("#list")).isVisible();
    assertThat(page.locator("#folders")).isHidden();
    visit.screenshot("phone-list");

    page.locator("a.message-link").first().tap();
    assertThat(page.locator("article.opened")).isVisible();
    assertThat(page.locator("#list")).isHidden();
    visit.screenshot("phone-message");

    page.locator("#reader .back").tap();
    assertThat(page.locator("#list")).isVisible();
    page.locator("#list [data-show=folders]").tap();
    assertThat(page.locator("#folders")).isVisible();
    page.locator(".folder > a").nth(2).tap();
    assertThat(page.locator("#folders")).isHidden();
    assertThat(page.locator("#list .account")).hasText("Sent");

    page.locator(".daybar [data-show=tasks]").tap();
    assertThat(page.locator("#tasks")).isVisible();
    visit.screenshot("phone-tasks");
    page.locator("#tasks [data-dialog=settings]").tap();
    assertThat(page.locator("#settings")).isVisible();
    assertThat(page.locator("#tasks")).isHidden();
    visit.screenshot("phone-settings");
  }

  @Test
  void whenTheSessionEndsSigningInLeadsBackToTheSamePlace() {
    Page page = signedIn(desktop(), OLDEST);
    page.locator("a.message-link").first().click();
    Locator subject = page.locator("article.opened .subject");
    assertThat(subject).isVisible();
    String before = subject.textContent();
    String place = page.url();

    visit.context().clearCookies();
    page.locator("#list a[data-go=list]").first().click();
    assertThat(page.locator("#password")).isVisible();
    visit.signIn(place, ANNA);

    assertThat(subject).hasText(before);
    assertThat(page).hasURL(place);
  }

  private Page signedIn(Browser.NewContextOptions as, String place) {
    return visit.signedIn(ANNA, as, place);
  }

  private static List<Path> poolOf(MailboxAddress mailbox) throws IOException {
    Path pool =
        TestHost.testDirectory()
            .resolve("shared")
            .resolve("store")
            .resolve(mailbox.domain())
            .resolve(mailbox.localPart())
            .resolve("pool");
    try (Stream<Path> files = Files.list(pool)) {
      return files.toList();
    }
  }

  private static boolean sameBytes(Path one, Path other) {
    try {
      return Files.mismatch(one, other) == -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
