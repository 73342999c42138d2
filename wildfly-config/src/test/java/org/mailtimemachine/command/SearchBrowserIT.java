package org.mailtimemachine.command;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mailtimemachine.command.Visitor.desktop;
import static org.mailtimemachine.command.Visitor.phone;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** Finding something again: in a Folder, in all, in what messages say, over all days. */
@WithSharedHost
class SearchBrowserIT {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@demo.test");

  /** Before the oldest Snapshot: the webmail shows the nearest day. */
  private static final String OLDEST = "mailbox.xhtml?day=2000-01-01";

  @RegisterExtension final Visitor visit = new Visitor();

  @Test
  void optionsAreChosenBelowTheFieldAndStandInTheAddress() throws Exception {
    Page page = signedIn(desktop(), "mailbox.xhtml"); // the newest day has most that is unread
    page.locator(".search-more").click();
    assertThat(page.locator("#search-options")).isVisible();
    assertThat(page.locator("input[name=in]:checked")).hasCount(3);
    visit.screenshot("search-options");

    page.locator("#search").fill("a e");
    page.locator("input[name=in][value=recipients]").uncheck();
    page.locator("input[name=only][value=unread]").check();
    page.locator("#search-scope").selectOption("all");
    page.locator("#search-options button[type=submit]").click();

    assertThat(page.locator(".label.where").first()).isVisible();
    assertThat(page).hasURL(Pattern.compile("in=subject%2Csender&only=unread.*scope=all"));
    assertThat(page.locator("tr.message:not(.unread)")).hasCount(0);
    String range = page.locator(".range").textContent();
    visit.screenshot("search-all-folders");
    page.locator("a.message-link").first().click();
    assertThat(page.locator("article.opened")).isVisible();
    page.reload();
    visit.awaitReady();
    assertThat(page.locator(".range")).hasText(range);
    assertThat(page.locator("input[name=only][value=unread]")).isChecked();
    assertThat(page.locator("#search-scope")).hasValue("all");
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void bodiesAreReadWithAProgressAndWhatIsFoundIsPagedAndLinkedTo() throws Exception {
    Page page = signedIn(desktop(), OLDEST + "&q=a&in=body&scope=all");
    Locator progress = page.locator(".search-progress");

    assertThat(progress).hasAttribute("data-state", "done");
    assertThat(progress.locator(".sentence")).containsText("messages were read");
    assertThat(page.locator("a.message-link").first()).isVisible();
    visit.screenshot("search-bodies");
    page.locator(".pager [aria-label='Next page']").click();
    assertThat(page.locator(".range")).containsText("Messages 51 to");
    assertThat(progress).hasAttribute("data-state", "done");
    page.goBack();
    assertThat(page.locator(".range")).containsText("Messages 1 to");

    page.locator("#search").fill("no message says \"exactly this\"");
    page.keyboard().press("Enter");
    assertThat(progress.locator(".sentence")).containsText("none was found");
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void aSearchThatFailsIsSaidAndTriedAgainOnlyWhenAsked() throws Exception {
    Page page = signedIn(desktop(), "mailbox.xhtml");
    AtomicInteger asked = new AtomicInteger();
    page.route(
        "**/api/v1/search?**",
        route ->
            route.fulfill(
                asked.incrementAndGet() == 1
                    ? new Route.FulfillOptions().setStatus(500)
                    : new Route.FulfillOptions()
                        .setStatus(503)
                        .setHeaders(Map.of("Retry-After", "10"))));
    page.navigate(OLDEST + "&q=a&in=body");
    visit.awaitReady();
    Locator bar = page.locator(".search-progress");

    assertThat(bar.locator(".sentence")).containsText("broke off");
    visit.screenshot("search-failed");
    bar.locator("[data-search=again]").click();
    assertThat(bar.locator(".sentence")).containsText("try again in 10 seconds");
    assertThat(asked).hasValue(2);

    page.unroute("**/api/v1/search?**");
    bar.locator("[data-search=again]").click();
    assertThat(bar).hasAttribute("data-state", "done");
    assertThat(bar.locator(".sentence")).containsText("found");
  }

  @Test
  void overAllDaysAMessageIsFoundOnceAndOpensOnTheDayThatLastHadIt() throws Exception {
    Page page = signedIn(desktop(), OLDEST);
    page.locator(".gone-since").click();
    assertThat(page.locator(".gone-since.on")).isVisible();
    page.locator(".folder:has(.badge.lost) a").first().click();
    Locator lost = page.locator("tr:has(.fate.lost) a.message-link").first();
    String subject = lost.locator(".subject").textContent();
    String newest = page.locator(".daybar").getAttribute("data-choices").replaceAll(".*=", "");

    page.navigate("mailbox.xhtml?day=" + newest);
    visit.awaitReady();
    page.locator("#search").fill("\"" + subject + "\"");
    page.locator(".search-more").click();
    page.locator("#search-scope").selectOption("days");
    page.locator("#search-options button[type=submit]").click();

    Locator found = page.locator("a.message-link:has(.where)");
    assertThat(found.first().locator(".where")).containsText(" to ");
    assertThat(page.locator(".searched")).hasText(Pattern.compile("All days · .* found"));
    assertThat(found.first().locator(".subject").boundingBox().width).isGreaterThan(250);
    visit.screenshot("search-all-days");
    found.first().click();
    assertThat(page.locator("article.opened .subject")).containsText(subject);
    assertThat(page.locator(".daybar")).not().hasAttribute("data-day", newest);
    assertThat(page.locator("a.message-link:has(.where)").first()).isVisible();
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void aSearchThatFindsNothingOffersToLookFurther() throws Exception {
    Page page = signedIn(desktop(), OLDEST + "&q=nothingOfTheKind");
    Locator wider = page.locator(".wider a");
    assertThat(page.locator(".searched")).hasText("Inbox · nothing found");
    assertThat(wider)
        .hasText(
            new String[] {
              "In all folders of this day", "On all days at once", "In the entire message"
            });
    visit.screenshot("search-nothing");

    wider.nth(0).click();
    assertThat(page.locator(".searched")).hasText("All folders of this day · nothing found");
    assertThat(wider).hasCount(2);
    wider.nth(0).click();
    assertThat(page.locator(".searched")).hasText("All days · nothing found");
    wider.nth(0).click();
    assertThat(page.locator(".search-progress")).hasAttribute("data-state", "done");
    assertThat(page.locator("#search")).hasValue("nothingOfTheKind");
    assertThat(wider).hasCount(0);
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void twoDaysAreComparedInOneClick() throws Exception {
    Page page = signedIn(desktop(), OLDEST);
    page.locator(".compare-button").click();
    visit.screenshot("compare-days");
    page.locator("#compare-days a").first().click();

    Locator choices = page.locator(".difference .choices a");
    assertThat(choices).hasCount(4);
    assertThat(page.locator(".difference .choices [aria-current=true]")).containsText("gone");
    assertThat(page.locator("a.message-link").first()).isVisible();
    String day = page.locator(".daybar").getAttribute("data-day");
    choices.nth(0).click();
    assertThat(page.locator(".difference .choices [aria-current=true]")).containsText("added");
    assertThat(page.locator(".daybar")).not().hasAttribute("data-day", day);
    String added = choices.nth(0).locator("b").textContent();
    assertThat(page.locator(".range")).containsText(" of " + added);
    visit.screenshot("compare-added");
    page.locator("a.message-link").first().click();
    assertThat(page.locator("article.opened")).isVisible();

    choices.nth(3).click();
    assertThat(page.locator(".difference .choices [aria-current=true]")).containsText("marked");
    page.locator(".difference p a").click();
    assertThat(page.locator(".difference")).hasCount(0);
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void whatIsTypedStaysWhileThePageRenewsItself() {
    Page page = signedIn(desktop(), "mailbox.xhtml");
    AtomicInteger renewed = new AtomicInteger();
    page.route(
        "**/mailbox.xhtml**",
        route -> {
          if (route.request().method().equals("POST")) {
            renewed.incrementAndGet();
          }
          APIResponse answer = route.fetch();
          route.fulfill(
              new Route.FulfillOptions()
                  .setResponse(answer)
                  .setBody(answer.text().replace("data-ready=\"true\"", "data-ready=\"false\"")));
        });
    page.reload();
    Locator field = page.locator("#search");
    page.locator(".search-more").click();
    page.locator("input[name=only][value=unread]").check();
    field.fill("half a wod");
    field.press("ArrowLeft");

    page.waitForCondition(() -> renewed.get() >= 2);
    field.pressSequentially("r");
    assertThat(field).hasValue("half a word");
    assertThat(page.locator("input[name=only][value=unread]")).isChecked();
    assertThat(page.locator("#search-options")).isVisible();
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void hostileTextIsText() {
    Page page = signedIn(desktop(), "mailbox.xhtml");
    for (String text : new String[] {"%", "_", "\\", "\"", "' or 1=1 --", "<b>x</b>"}) {
      page.locator("#search").fill(text);
      page.keyboard().press("Enter");
      assertThat(page.locator(".pane .search a[aria-label='Clear search']")).isVisible();
      assertThat(page.locator("#list")).not().containsText("Something went wrong");
    }
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void anItalianSearchesInTheDarkOnATelephone() throws Exception {
    Page page = signedIn(phone(390).setLocale("it-IT").setColorScheme(ColorScheme.DARK), OLDEST);
    page.locator(".search-more").tap();
    assertThat(page.locator("#search-options")).isVisible();
    visit.screenshot("phone-search-options");
    page.locator("input[name=in][value=entire]").tap();
    assertThat(page.locator("input[name=in][value=body]")).isDisabled();
    page.locator("#search").fill("a");
    page.locator("#search-options button[type=submit]").tap();
    assertThat(page.locator(".search-progress")).hasAttribute("data-state", "done");
    visit.screenshot("phone-search-bodies");
    assertThat(visit.complaints()).isEmpty();
  }

  private Page signedIn(Browser.NewContextOptions as, String place) {
    return visit.signedIn(ANNA, as, place);
  }
}
