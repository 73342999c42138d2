package org.mailtimemachine.command;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.mailtimemachine.command.Visitor.desktop;
import static org.mailtimemachine.command.Visitor.phone;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.Media;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * The frame around lists and messages: layouts, panes, preferences, days, telephone, print, and the
 * end of a session.
 *
 * <p>It also takes the pictures of the documentation, as {@code KIND-WHAT.png} in {@code
 * wildfly-config/target/it/screenshots}. To renew those in {@code docs/images}, run this class
 * alone, look at them, and copy those that are there already.
 */
@WithSharedHost
class FrameBrowserIT {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@demo.test");

  /** Whose preferences these tests change; those of the others are as for a new user. */
  private static final MailboxAddress STUDIO = MailboxAddress.of("info@studio.test");

  /** Before the oldest Snapshot: the webmail shows the nearest day. */
  private static final String OLDEST = "mailbox.xhtml?day=2000-01-01";

  @RegisterExtension final Visitor visit = new Visitor();

  private final SharedHost.Running shared;

  FrameBrowserIT(SharedHost.Running shared) {
    this.shared = shared;
  }

  @Test
  void whatSomebodyPrefersIsFoundAgainInAnotherBrowser() throws Exception {
    Page page = signedIn(desktop(), STUDIO, "mailbox.xhtml");
    page.locator("[data-dialog=options]").click();
    page.locator("#layout").selectOption("desktop");
    page.locator("#rows").selectOption("100");
    page.locator("#sort").selectOption("subject");
    page.locator("#order").selectOption("asc");
    page.locator("#options button[type=submit]").click();
    assertThat(page.locator("[data-sort=subject].asc")).isVisible();
    Locator separator = page.locator(".separator.of-folders");
    separator.focus();
    page.waitForResponse(
        "**/preferences",
        () -> {
          for (int i = 0; i < 3; i++) {
            page.keyboard().press("ArrowRight");
          }
        });
    assertThat(separator).hasAttribute("aria-valuenow", "278");
    page.locator("[data-dialog=settings]").click();
    page.locator("#language").selectOption("it");
    page.locator("#zone").selectOption("Pacific/Kiritimati");
    page.locator("#theme").selectOption("dark");
    page.locator("#settings button[type=submit]").click();
    assertThat(page.locator(".day-sentence")).containsText("La tua casella");
    assertThat(visit.complaints()).isEmpty();
    visit.close();

    Page elsewhere = signedIn(desktop(), STUDIO, "mailbox.xhtml");
    assertThat(elsewhere.locator("html")).hasAttribute("data-theme", "dark");
    assertThat(elsewhere.locator("html")).hasAttribute("lang", "it");
    assertThat(elsewhere.locator("body")).hasClass(Pattern.compile(".*\\blayout-desktop\\b.*"));
    assertThat(elsewhere.locator(".separator.of-folders")).hasAttribute("aria-valuenow", "278");
    assertThat(elsewhere.locator("#folders")).hasCSS("width", "278px");
    assertThat(elsewhere.locator("[data-sort=subject].asc")).isVisible();
    elsewhere.locator("a.message-link").first().click();
    assertThat(elsewhere.locator("article.opened .summary"))
        .containsText(Pattern.compile("LINT|\\+14"));
    visit.screenshot("italian-dark-below");
    elsewhere.waitForResponse(
        "**/preferences",
        () ->
            elsewhere.evaluate(
                "mtm.prefer({language: 'auto', zone: 'auto', theme: 'auto', layout: 'widescreen',"
                    + " rows: '50', sort: 'date', order: 'desc', folders: '248'})"));
  }

  @Test
  void aSeparatorIsDraggedByTheMouse() {
    Page page = signedIn(desktop(), STUDIO, "mailbox.xhtml");
    Locator list = page.locator("#list");
    double edge = list.boundingBox().x + list.boundingBox().width;

    page.mouse().move(edge, 500);
    page.mouse().down();
    page.waitForResponse(
        "**/preferences",
        () -> {
          page.mouse().move(edge + 80, 510);
          page.mouse().up();
        });

    assertThat(list.boundingBox().width).isBetween(450.0, 454.0);
    page.reload();
    assertThat(list.boundingBox().width).isBetween(450.0, 454.0);
    page.waitForResponse("**/preferences", () -> page.evaluate("mtm.prefer({list: '372'})"));
  }

  @Test
  void keysForDaysCountWhileThePageIsStillLoading() {
    Page page = signedIn(desktop(), ANNA, "mailbox.xhtml");
    List<String> days =
        List.of(page.locator(".daybar").getAttribute("data-names").split(" ")).reversed();
    page.addInitScript(
        """
        document.addEventListener("readystatechange", () => {
          if (document.readyState === "interactive" && !sessionStorage.pressed) {
            sessionStorage.pressed = "yes";
            for (const key of ["[", "[", "[", "]"]) {
              document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
            }
          }
        })
        """);

    page.navigate("mailbox.xhtml");
    assertThat(page.locator(".daybar")).hasAttribute("data-day", days.get(2));

    // faster than the server answers
    for (int i = 0; i < 4; i++) {
      page.keyboard().press("[");
    }
    assertThat(page.locator(".daybar")).hasAttribute("data-day", days.get(6));
    assertThat(page.locator(".midnight")).hasText("as the day began");
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void aTelephoneNeedsNoScrollingSidewaysAndItsBackButtonGoesBack() {
    Page page = signedIn(phone(320), ANNA, OLDEST);
    assertThat(sideways(page)).isZero();
    assertThat(smallTargets(page)).isEmpty();

    page.locator("#list [data-show=folders]").tap();
    assertThat(page.locator("#folders")).isVisible();
    assertThat(sideways(page)).isZero();
    assertThat(smallTargets(page)).isEmpty();
    page.goBack();
    assertThat(page.locator("#list")).isVisible();

    page.locator("a.message-link").first().tap();
    assertThat(page.locator("article.opened")).isVisible();
    assertThat(sideways(page)).isZero();
    assertThat(smallTargets(page)).isEmpty();
    page.goBack();
    assertThat(page.locator("#list")).isVisible();
    assertThat(page.locator("#reader")).isHidden();
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void nothingOfTheBarsIsCutOffHoweverWideTheWindowIs() throws Exception {
    Page page = signedIn(desktop(), ANNA, OLDEST);
    page.locator("a.message-link").first().click();
    assertThat(page.locator("article.opened")).isVisible();
    for (int width : new int[] {1440, 1361, 1360, 1280, 1024, 961, 960, 768, 641}) {
      page.setViewportSize(width, 768);
      visit.screenshot("width-" + width);
      assertThat(cutOff(page)).as(width + " pixels").isEmpty();
    }
    page.setViewportSize(768, 1024);
    page.locator("#list [data-show=folders]").click();
    visit.screenshot("width-768-folders");
    assertThat(cutOff(page)).isEmpty();

    page.setViewportSize(1024, 768);
    page.locator(".more-tools").click();
    assertThat(page.locator("#reader-more")).isVisible();
    visit.screenshot("width-1024-more");
    page.locator("#reader-more [data-print]").click();
    assertThat(page.locator("iframe.print-frame")).hasAttribute("data-printed", "true");
    assertThat(visit.complaints()).isEmpty();
    visit.close();

    for (String locale : List.of("en-GB", "it-IT")) {
      Page phone = signedIn(phone(360).setLocale(locale), ANNA, OLDEST);
      visit.screenshot("width-360-" + locale);
      assertThat(cutOff(phone)).as(locale).isEmpty();
      phone.locator("a.message-link").first().tap();
      assertThat(phone.locator("article.opened")).isVisible();
      assertThat(cutOff(phone)).as(locale).isEmpty();
      visit.close();
    }
  }

  @Test
  void aMessageIsPrintedWithItsHeadAndNothingIsCutOff() {
    Page page = signedIn(desktop(), ANNA, OLDEST + "&q=Gazzetta");
    page.locator("a.message-link").first().click();
    String subject = page.locator("article.opened .subject").textContent().strip();

    page.locator(".do-print").click();
    assertThat(page.locator("iframe.print-frame")).hasAttribute("data-printed", "true");
    assertThat(page.frameLocator("iframe.print-frame").locator(".print-head h1"))
        .containsText(subject);
    assertThat(page.frameLocator("iframe.print-frame").locator("body")).containsText("Gazzetta");

    page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
    assertThat(page.locator("iframe.html")).isHidden();
    assertThat(page.locator("article.opened div.text")).isVisible();
    assertThat(page.locator("#folders")).isHidden();
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void theNextMessageIsThereBeyondTheEndOfAPage() {
    assumeFalse(shared.corpus().isEmpty(), "only the corpus has a second page");
    Page page = signedIn(desktop(), SharedHost.CORPUS, "mailbox.xhtml");
    page.locator("a.message-link").last().click();
    assertThat(page.locator("article.opened")).isVisible();

    page.locator("[data-neighbour='1']").click();
    assertThat(page.locator(".range")).containsText("Messages 51 to 100");
    assertThat(page.locator("article.opened")).isVisible();
    page.locator("[data-neighbour='-1']").click();
    assertThat(page.locator(".range")).containsText("Messages 1 to 50");
    assertThat(page.locator("article.opened")).isVisible();
  }

  @Test
  void afterSigningOutNothingIsLeftNeitherBehindTheBackButtonNorInAnotherWindow() {
    Page page = signedIn(desktop(), ANNA, OLDEST);
    page.locator("a.message-link").first().click();
    assertThat(page.locator("article.opened")).isVisible();
    Page other = visit.context().newPage();
    other.navigate("mailbox.xhtml");
    assertThat(other.locator("body")).hasAttribute("data-ready", "true");

    page.locator("#tasks .danger").click();
    assertThat(page.locator("#signin-sentence")).hasText("You have signed out.");
    assertThat(other.locator("#signin-sentence")).hasText("You have signed out.");
    page.goBack();
    assertThat(page.locator("#password")).isVisible();
    assertThat(page.locator("a.message-link")).hasCount(0);
  }

  @Test
  void aServerThatCannotBeReachedIsToldAndTriedAgain() {
    Page page = signedIn(desktop(), ANNA, OLDEST);
    visit.context().setOffline(true);
    page.locator("a.message-link").first().click();
    assertThat(page.locator("#trouble")).containsText("cannot be reached");

    visit.context().setOffline(false);
    page.locator("#trouble a").click();
    assertThat(page.locator("article.opened")).isVisible();
    assertThat(page.locator("#trouble")).isHidden();
  }

  @Test
  void aPageThatIsNotThereIsSaidInTheUsersLanguage() throws Exception {
    Page page = signedIn(desktop().setLocale("it-IT"), ANNA, "mailbox.xhtml");

    Response response = page.navigate("nothing.xhtml");

    assertThat(response.status()).isEqualTo(404);
    assertThat(page.locator("main")).containsText("Questa pagina non esiste.");
    visit.screenshot("italian-not-found");
  }

  /** Pictures for the eye, and for the documentation. */
  @Test
  void picturesAreTakenOfEachKindOfScreen() throws Exception {
    pictures("desktop", desktop());
    pictures("italian-dark", desktop().setLocale("it-IT").setColorScheme(ColorScheme.DARK));
    pictures("phone", phone(390));
  }

  private void pictures(String kind, Browser.NewContextOptions as) throws Exception {
    Page page = signedIn(as, ANNA, "mailbox.xhtml");
    String day = page.locator(".daybar").getAttribute("data-names").split(" ", -1)[5];
    page.navigate("mailbox.xhtml?day=" + day);
    visit.awaitReady();
    visit.screenshot(kind + "-list");
    page.locator("a.message-link").first().click();
    assertThat(page.locator("article.opened")).isVisible();
    visit.screenshot(kind + "-message");
    page.locator(".calendar-button").click();
    assertThat(page.locator("#calendar-box")).isVisible();
    visit.screenshot(kind + "-calendar");
    page.keyboard().press("Escape");
    page.locator(".gone-since").click();
    assertThat(page.locator(".gone-since.on")).isVisible();
    page.navigate(page.locator(".folder:has(.badge.lost) a").first().getAttribute("href"));
    visit.awaitReady();
    visit.screenshot(kind + "-gone-since");

    page.navigate("mailbox.xhtml?day=" + day);
    visit.awaitReady();
    page.locator("a.message-link").first().click();
    assertThat(page.locator("article.opened")).isVisible();
    Page source = page.waitForPopup(() -> page.keyboard().press("u"));
    assertThat(source.locator("body")).containsText("Message-ID:");
    source.screenshot(
        new Page.ScreenshotOptions()
            .setPath(TestHost.testDirectory().resolve("screenshots/" + kind + "-source.png")));
    source.close();
    for (String layout : kind.equals("phone") ? List.<String>of() : List.of("desktop", "list")) {
      page.evaluate(
          "to => document.body.className = document.body.className.replace(/layout-\\w+/, to)",
          "layout-" + layout);
      visit.screenshot(kind + "-layout-" + layout);
    }
    page.locator("#reader .back").evaluate("back => back.click()");
    assertThat(page.locator("article.opened")).hasCount(0);
    visit.screenshot(kind + "-list-again");
    for (Cookie cookie : visit.context().cookies()) {
      cookie.value = "over";
      visit.context().addCookies(List.of(cookie));
    }
    page.reload();
    assertThat(page.locator("#signin-sentence")).isVisible();
    visit.screenshot(kind + "-session-end");
    visit.close();
  }

  private Page signedIn(Browser.NewContextOptions as, MailboxAddress who, String place) {
    return visit.signedIn(who, as, place);
  }

  /** By how many CSS pixels the page is wider than its window. */
  private static int sideways(Page page) {
    return ((Number)
            page.evaluate("Math.max(0, document.documentElement.scrollWidth - screen.width)"))
        .intValue();
  }

  /** What of the bars stands out of them, and whose words are cut. */
  @SuppressWarnings("unchecked")
  private static List<String> cutOff(Page page) {
    return (List<String>)
        page.evaluate(
            """
            Array.from(document.querySelectorAll(".daybar, .pane-head")).filter(bar => bar.checkVisibility())
                .flatMap(bar => Array.from(bar.querySelectorAll("a, button, h1, span, strong"))
                    .filter(part => part.checkVisibility() && part.getBoundingClientRect().width > 1)
                    .filter(part => {
                      const [box, room] = [part.getBoundingClientRect(), bar.getBoundingClientRect()];
                      return box.right > room.right + 1 || box.left < room.left - 1 || part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display !== "inline";
                    }))
                .concat(Array.from(document.querySelectorAll(".folder .name"))
                    .filter(name => name.checkVisibility() && name.scrollWidth > name.clientWidth + 1))
                .map(part => part.className + ": " + part.textContent.trim())
            """);
  }

  /** What is to be touched and is smaller than 24 pixels in one direction (WCAG 2.5.8). */
  @SuppressWarnings("unchecked")
  private static List<String> smallTargets(Page page) {
    return (List<String>)
        page.evaluate(
            """
            Array.from(document.querySelectorAll("a, button, select, input"))
                .filter(target => target.checkVisibility() && !target.closest(".skip, article p, article div.text"))
                .map(target => [target, target.getBoundingClientRect()])
                .filter(([target, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
                .map(([target, box]) => target.className + " " + box.width + "x" + box.height)
            """);
  }
}
