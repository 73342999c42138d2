package org.mailtimemachine.command;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.mailtimemachine.command.Visitor.desktop;
import static org.mailtimemachine.command.Visitor.phone;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the reading pane makes of messages, the real ones of the corpus included. */
@WithSharedHost
class MessageBrowserIT {

  /** Set to {@code all}, every message of the corpus is opened, which takes minutes. */
  private static final boolean WALK_ALL = "all".equals(System.getProperty("mtm.walk"));

  private static final int SAMPLE = 20;

  @RegisterExtension final Visitor visit = new Visitor();

  private final SharedHost.Running shared;

  MessageBrowserIT(SharedHost.Running shared) {
    this.shared = shared;
  }

  @Test
  void anInvitationIsACardInTheUsersZoneAndItsTextIsOnlyText() throws Exception {
    Page page = open("Invitation: the roof", desktop().setTimezoneId("America/New_York"));
    Locator card = page.locator(".card.invitation");
    assertThat(card.locator("h3")).hasText("The roof <script>document.title = 'pwned'</script>");
    assertThat(card).containsText("Friday 27 November 2026, 03:30 – 04:30 (EST)");
    assertThat(card).containsText("every week on Friday, 3 times");
    assertThat(card).containsText("Building site, gate 2");
    assertThat(card.locator(".people li"))
        .hasText(
            new String[] {
              "Bob <bob@example.net> (accepted)",
              "Carla <carla@example.net> (declined)",
              "dora@example.net (no answer yet)"
            });
    visit.screenshot("message-invitation");
    assertThat(page.title()).doesNotContain("pwned");
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void aForwardedMessageOpensInThePaneWithItsOwnFilesAndWarningsAndLeadsBack() throws Exception {
    Page page = open("Fwd: what the bank wrote", desktop().setColorScheme(ColorScheme.DARK));
    assertThat(page.locator("div.text")).containsText("and I do not know whether");
    assertThat(page.locator("div.text blockquote")).hasText("They said they would write.");

    page.locator(".forwarded .what").click();
    assertThat(page.locator("article .subject")).hasText("Your account");
    assertThat(page.locator(".warnings li"))
        .hasText(
            new String[] {
              "The sender’s name mentions service@bank.example, but the message came from"
                  + " mailer@shady.example.",
              "A link says “www.bank.example” but leads to “login.shady.example”."
            });
    assertThat(page.frameLocator("iframe.html").locator("p")).containsText("Please sign in");
    visit.screenshot("message-forwarded-dark");
    Download terms =
        page.waitForDownload(() -> page.locator(".attachments a").getByText("terms.pdf").click());
    assertThat(terms.suggestedFilename()).isEqualTo("terms.pdf");
    assertThat(Files.readString(terms.path())).isEqualTo("%PDF-1.4\n");
    String file = page.locator(".attachments a").first().getAttribute("href");
    APIResponse head = page.request().head(shared.host().address().resolve("/" + file).toString());
    assertThat(head.headers()).containsEntry("content-length", "9");

    page.locator(".do-print").click();
    assertThat(page.frameLocator("iframe.print-frame").locator(".print-head"))
        .containsText("terms.pdf");

    page.locator(".forwarded .what").click();
    assertThat(page.locator("article .subject")).hasText("The innermost");
    assertThat(page.locator("div.text")).containsText("Down here.");
    page.reload();
    assertThat(page.locator("article .subject")).hasText("The innermost");
    page.locator(".do-print").click();
    assertThat(page.locator("iframe.print-frame")).hasAttribute("data-printed", "true");
    assertThat(page.frameLocator("iframe.print-frame").locator(".print-head h1"))
        .hasText("The innermost");
    assertThat(page.frameLocator("iframe.print-frame").locator("body")).containsText("Down here.");
    page.locator(".around a").click();
    assertThat(page.locator("article .subject")).hasText("Your account");
    page.locator(".around a").click();
    assertThat(page.locator("article .subject")).hasText("Fwd: what the bank wrote");
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void aReturnedMessageSaysWhatBecameOfIt() throws Exception {
    Page page = open("Undelivered mail", phone(390));
    assertThat(page.locator(".card .deliveries li"))
        .hasText("Not delivered to nobody@example.net (5.1.1) 550 5.1.1 no such user");
    assertThat(page.locator(".forwarded .what")).hasText("Hello?");
    visit.screenshot("message-returned-phone");
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void theCorpusIsReadable() throws Exception {
    assumeFalse(shared.corpus().isEmpty(), "there is no corpus in ../shared/corpus");
    List<String> findings = new ArrayList<>();
    CorpusWalk walk = new CorpusWalk(visit.arrive(desktop()), findings);
    int opened = 0;
    // the seventh page: neither the empty ones nor the large ones
    for (int number = WALK_ALL ? 1 : 7; ; number++) {
      String place = "mailbox.xhtml?sort=size&order=asc&page=" + number;
      if (opened == 0) {
        visit.signIn(place, SharedHost.CORPUS);
      } else {
        visit.page().navigate(place);
      }
      visit.awaitReady();
      int there = walk.openAll(WALK_ALL ? Integer.MAX_VALUE : SAMPLE);
      opened += there;
      if (there == 0 || !WALK_ALL) {
        break;
      }
    }
    Files.write(TestHost.testDirectory().resolve("corpus-walk.txt"), findings);
    assertThat(opened).isEqualTo(WALK_ALL ? shared.corpus().size() : SAMPLE);
    assertThat(findings).filteredOn(CorpusWalk::isFault).isEmpty();
    assertThat(visit.complaints()).isEmpty();
  }

  private Page open(String subject, Browser.NewContextOptions as) {
    visit.arrive(as);
    visit.signIn("mailbox.xhtml", SharedHost.READING);
    visit.awaitReady();
    visit.page().locator("a.message-link", new Page.LocatorOptions().setHasText(subject)).click();
    assertThat(visit.page().locator("article.opened .subject")).containsText(subject);
    return visit.page();
  }
}
