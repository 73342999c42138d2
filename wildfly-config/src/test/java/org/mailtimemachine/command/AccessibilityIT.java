package org.mailtimemachine.command;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mailtimemachine.command.Visitor.desktop;
import static org.mailtimemachine.command.Visitor.phone;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.MouseButton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.administrator.Administrator;

/**
 * Every page of the webmail, and whatever opens in it, is looked at by axe-core in both themes, on
 * a desktop and on a telephone.
 */
@WithSharedHost
class AccessibilityIT {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@demo.test");

  /** Before the oldest Snapshot: the webmail shows the nearest day. */
  private static final String OLDEST = "mailbox.xhtml?day=2000-01-01";

  /** All rules of WCAG 2.2 AA and of good practice; what is found as one line for each element. */
  private static final String FINDINGS =
      """
      async rules => {
        const found = await axe.run(document, rules ? {runOnly: rules, iframes: false} : {iframes: false});
        return found.violations
          .filter(violation => violation.impact === "serious" || violation.impact === "critical")
          .flatMap(violation => violation.nodes.map(node => violation.id + ": " + node.html.slice(0, 160)
              + " | " + node.any.concat(node.all).map(check => check.message).join("; ")));
      }
      """;

  @RegisterExtension final Visitor visit = new Visitor();

  private final SharedHost.Running shared;
  private final List<String> findings = new ArrayList<>();

  AccessibilityIT(SharedHost.Running shared) {
    this.shared = shared;
  }

  @Test
  void nothingStandsInTheWayOnADesktop() throws Exception {
    Page page = arrive(desktop());
    look("sign-in");
    signIn(OLDEST);
    look("list");
    page.locator("a.message-link").first().click();
    assertThat(page.locator("article.opened")).isVisible();
    look("message");
    for (Locator more : page.locator("article.opened [data-reveal]").all()) {
      if (more.isVisible()) {
        more.click();
      }
    }
    look("message with all it can show");
    lookIntoWhateverOpens();
    page.locator("a.message-link")
        .first()
        .click(new Locator.ClickOptions().setButton(MouseButton.RIGHT));
    assertThat(page.locator("#menu")).isVisible();
    assertThat(page.locator("#menu")).hasCSS("opacity", "1"); // it fades in
    look("menu");
    page.keyboard().press("Escape");
    page.locator(".gone-since").click();
    assertThat(page.locator(".gone-since.on")).isVisible();
    look("gone since");
    page.navigate("mailbox.xhtml?q=nothingOfTheKind");
    visit.awaitReady();
    look("nothing found");
    page.navigate("nothing.xhtml");
    look("error");
    assertThat(findings).isEmpty();
  }

  @Test
  void nothingStandsInTheWayInTheConsole() throws Exception {
    try (AdministratorAccounts accounts =
        AdministratorAccounts.open(shared.host().database(), Clock.systemUTC())) {
      accounts.add(
          new Administrator("axe", "", Locale.ENGLISH, Optional.empty(), false),
          "nine wooden boats");
    }
    Page page = arrive(desktop());
    page.navigate("admin/");
    look("console: sign-in");
    page.locator("#name").fill("axe");
    page.locator("#password").fill("nine wooden boats");
    page.locator("button[type=submit]").click();
    assertThat(page.locator("main h1")).isVisible();
    for (String place :
        List.of(
            "overview.xhtml",
            "requests.xhtml?state=all",
            "mailboxes.xhtml",
            "mailbox.xhtml?address=anna%40demo.test",
            "nights.xhtml",
            "holds.xhtml?subject=anna%40demo.test",
            "mirrors.xhtml",
            "prices.xhtml?edit=host",
            "charges.xhtml",
            "account.xhtml",
            "audit.xhtml")) {
      page.navigate("admin/" + place);
      assertThat(page.locator("main h1")).isVisible();
      look("console: " + place);
    }
    assertThat(findings).isEmpty();
  }

  @Test
  void nothingStandsInTheWayOnATelephone() throws Exception {
    Page page = arrive(phone(390));
    look("sign-in");
    signIn(OLDEST);
    look("list");
    page.locator("#list [data-show=folders]").tap();
    look("folders");
    page.navigate(OLDEST);
    visit.awaitReady();
    page.locator("a.message-link").first().tap();
    assertThat(page.locator("article.opened")).isVisible();
    look("message");
    page.locator(".daybar [data-show=tasks]").tap();
    look("tasks");
    assertThat(findings).isEmpty();
  }

  @Test
  void theKeyboardReachesTheListFirstAndHearsWhereItIs() throws Exception {
    Page page = arrive(desktop());
    signIn("mailbox.xhtml");

    page.keyboard().press("Tab");
    assertThat(page.locator("a.skip")).isFocused();
    page.keyboard().press("Enter");
    page.keyboard().press("Tab");
    assertThat((Boolean) page.evaluate("() => document.activeElement.closest('#list') !== null"))
        .isTrue();

    String sentence = page.locator(".day-sentence").textContent();
    page.keyboard().press("[");
    assertThat(page.locator(".day-sentence")).not().hasText(sentence);
    assertThat(page.locator("#told[aria-live=polite]"))
        .hasText(page.locator(".day-sentence").textContent());
  }

  private Page arrive(Browser.NewContextOptions as) {
    Page page = visit.arrive(as);
    page.navigate(OLDEST);
    return page;
  }

  private void signIn(String place) {
    visit.signIn(place, ANNA);
    visit.awaitReady();
  }

  /** Dialogs and what else opens above the page, one after the other. */
  private void lookIntoWhateverOpens() throws IOException {
    Page page = visit.page();
    for (Locator dialog : page.locator("dialog[id]").all()) {
      dialog.evaluate("dialog => dialog.showModal()");
      look("dialog " + dialog.getAttribute("id"));
      dialog.evaluate("dialog => dialog.close()");
    }
    for (Locator popover : page.locator("[popover][id]").all()) {
      popover.evaluate("popover => popover.showPopover()");
      look("popover " + popover.getAttribute("id"));
      popover.evaluate("popover => popover.hidePopover()");
    }
  }

  /** Looks at everything by day, and at the colours once more by night. */
  private void look(String what) throws IOException {
    Page page = visit.page();
    if (page.evaluate("() => typeof axe").equals("undefined")) {
      page.evaluate(axe());
    }
    note(what, page.evaluate(FINDINGS));
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
    note(what + " in the dark", page.evaluate(FINDINGS, List.of("color-contrast")));
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
  }

  private void note(String what, Object found) {
    ((List<?>) found).forEach(finding -> findings.add(what + ": " + finding));
  }

  private static String axe() throws IOException {
    try (InputStream script = AxeBuilder.class.getResourceAsStream("/axe.min.js")) {
      if (script == null) {
        throw new IllegalStateException("the archive of axe-core has no axe.min.js");
      }
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
