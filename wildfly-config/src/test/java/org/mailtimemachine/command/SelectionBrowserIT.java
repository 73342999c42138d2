package org.mailtimemachine.command;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.mailtimemachine.command.Visitor.desktop;
import static org.mailtimemachine.command.Visitor.phone;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.KeyboardModifier;
import com.microsoft.playwright.options.MouseButton;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** Several messages at once: selected by keys, mouse and finger, downloaded, and asked back. */
@WithSharedHost
class SelectionBrowserIT {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@demo.test");

  private static final MailboxAddress MARCO = MailboxAddress.of("marco@demo.test");

  /** Before the oldest Snapshot: the webmail shows the nearest day. */
  private static final String OLDEST = "mailbox.xhtml?day=2000-01-01";

  /** All its messages in one list of several pages. */
  private static final String ALL = OLDEST + "&scope=all";

  @RegisterExtension final Visitor visit = new Visitor();

  private final SharedHost.Running shared;

  SelectionBrowserIT(SharedHost.Running shared) {
    this.shared = shared;
  }

  @Test
  void keysSelectAsInOtherWebmails() throws Exception {
    Page page = signedIn(ANNA, desktop(), ALL);
    Locator told = page.locator(".picked-sentence");

    press(page, "ArrowDown");
    assertThat(page.locator("article.opened")).isVisible();
    press(page, "Shift+ArrowDown", "Shift+ArrowDown");
    assertThat(told).hasText(Pattern.compile("3 messages selected, [0-9.]+ KB"));
    assertThat(page.locator("article.opened")).isHidden();
    press(page, "Control+ArrowDown", "Control+ArrowDown", "Space");
    assertThat(selected(page)).hasCount(4);
    assertThat(row(page, 4)).isFocused();
    assertThat(row(page, 4)).hasAttribute("aria-selected", "true");
    assertThat(row(page, 3)).hasAttribute("aria-selected", "false");
    assertThat(page.locator("#told")).containsText("4 messages selected");

    press(page, "Control+a");
    int shown = rows(page).count();
    int all = Integer.parseInt(page.locator("#list .pane").getAttribute("data-total"));
    assertThat(told).containsText(shown + " messages selected");
    press(page, "Control+a");
    assertThat(told).hasText("All " + all + " messages selected");
    press(page, "Space");
    assertThat(told).hasText((all - 1) + " of " + all + " messages selected");
    visit.screenshot("all-but-one");

    press(page, "Escape");
    assertThat(selected(page)).hasCount(0);
    press(page, "End");
    assertThat(row(page, shown - 1)).isFocused();
    press(page, "Home", "Shift+PageDown");
    assertThat(row(page, 5)).hasAttribute("aria-selected", "true");
    press(page, "Escape", "Home", "n", "p");
    assertThat(row(page, 0)).hasAttribute("aria-selected", "true");
    press(page, "Enter");
    assertThat(page.locator("article.opened")).isFocused();

    press(page, "?");
    assertThat(page.locator("#keys")).isVisible();
    visit.screenshot("keys");
    page.locator("#letters").uncheck();
    press(page, "Escape", "/");
    assertThat(page.locator("#search")).not().isFocused();
    assertThat(page.locator("#messages table")).hasAttribute("aria-multiselectable", "true");
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void theMouseSelectsOneSeveralARangeAndWhatItIsDrawnOver() throws Exception {
    Page page = signedIn(ANNA, desktop(), ALL);

    row(page, 1).click();
    assertThat(page.locator("article.opened")).isVisible();
    row(page, 3).click(with(KeyboardModifier.CONTROL));
    assertThat(selected(page)).hasCount(2);
    row(page, 5).click(with(KeyboardModifier.SHIFT));
    assertThat(selected(page)).hasCount(3);
    row(page, 0).hover();
    page.mouse().down();
    row(page, 1).hover();
    row(page, 3).hover();
    page.mouse().up();
    assertThat(selected(page)).hasCount(4);

    // a key that is pressed as soon as the menu is seen must reach it, however slowly things move
    page.addStyleTag(
        new Page.AddStyleTagOptions().setContent("#menu { transition-duration: 5s !important }"));
    row(page, 2).click(new Locator.ClickOptions().setButton(MouseButton.RIGHT));
    assertThat(page.locator("#menu .do-downloads-mbox")).isVisible();
    assertThat(page.locator("#menu .do-download")).isHidden();
    visit.screenshot("menu-of-several");
    press(page, "Escape");
    assertThat(page.locator("#menu")).isHidden();
    row(page, 6).click(new Locator.ClickOptions().setButton(MouseButton.RIGHT));
    assertThat(selected(page)).hasCount(1);
    assertThat(page.locator("#menu .do-download")).isVisible();
    page.locator("#menu .do-history").click();
    assertThat(page.locator(".life")).isVisible();

    choose(page, "flagged");
    assertThat(page.locator("tr.message.selected:not(.flagged)")).hasCount(0);
    choose(page, "unread");
    assertThat(page.locator("tr.message.selected:not(.unread)")).hasCount(0);
    int unread = selected(page).count();
    choose(page, "invert");
    assertThat(selected(page)).hasCount(rows(page).count() - unread);
    choose(page, "boxes");
    row(page, 0).locator(".box").click();
    visit.screenshot("checkboxes");
    choose(page, "none");
    assertThat(page.locator(".picked")).isHidden();
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void aSelectionLastsOverPagesAndAllIsAWordAndNoList() {
    assumeTrue(!shared.corpus().isEmpty(), "a mailbox of more than one page is needed");
    Page page = signedIn(SharedHost.CORPUS, desktop(), "mailbox.xhtml");
    String all = Integer.toString(shared.corpus().size());

    row(page, 0).click();
    row(page, 2).click(with(KeyboardModifier.SHIFT));
    page.locator(".pager a").first().click();
    assertThat(page.locator(".range")).containsText("51 to 100");
    assertThat(page.locator(".picked-sentence")).containsText("3 messages selected");
    row(page, 0).click(with(KeyboardModifier.CONTROL));
    page.reload();
    visit.awaitReady();
    assertThat(page.locator(".picked-sentence")).containsText("4 messages selected");

    press(page, "Control+a", "Control+a");
    row(page, 4).click(with(KeyboardModifier.CONTROL));
    page.locator(".pager a").first().click();
    assertThat(page.locator(".picked-sentence"))
        .hasText(Integer.parseInt(all) - 1 + " of " + all + " messages selected");
    String kept = (String) page.evaluate("sessionStorage.getItem('mtm-selection')");
    assertThat(kept).hasSizeLessThan(300);
    page.locator(".folder.selected > a").click();
    assertThat(page.locator(".range")).containsText("1 to 50"); // what arrives has a new field
    page.locator("#search").fill("re");
    page.locator("#search").press("Enter");
    assertThat(page.locator(".picked")).isHidden();
  }

  @Test
  void theSelectedMessagesAreDownloadedTogetherAndNobodyElsesEver() throws Exception {
    visit.arrive(desktop());
    visit.signIn(OLDEST, MARCO);
    visit.awaitReady();
    String foreign = visit.page().locator("a.message-link").first().getAttribute("data-id");
    visit.close();

    Page page = signedIn(ANNA, desktop(), ALL);
    row(page, 0).click();
    row(page, 2).click(with(KeyboardModifier.SHIFT));
    press(page, "d");
    assertThat(page.locator("#take")).isVisible();
    visit.screenshot("download-several");
    Download eml = page.waitForDownload(() -> page.locator("#take button").first().click());
    assertThat(eml.suggestedFilename()).contains("3 messages").endsWith(".zip");
    try (ZipFile zip = new ZipFile(eml.path().toString())) {
      assertThat(Collections.list(zip.entries()))
          .extracting(ZipEntry::getName)
          .hasSize(3)
          .allMatch(name -> name.endsWith(".eml"));
    }

    String day = page.locator(".daybar").getAttribute("data-day");
    List<Object> answers =
        List.of(
            post(page, "format=eml&day=" + day + "&ids=" + foreign),
            post(page, "format=eml&day=" + day + "&ids=" + UUID.randomUUID()),
            post(page, "format=eml&day=2000-01-01&ids=" + foreign));
    assertThat(answers).containsOnly(404);
    assertThat(post(page, "format=eml&day=" + day + "&ids=1")).isEqualTo(400);
    assertThat(post(page, "format=exe&day=" + day + "&all=1")).isEqualTo(400);
  }

  @Test
  void aRestoreIsRequestedForASelectionAFolderOrTheWholeMailboxAndCanBeWithdrawn()
      throws Exception {
    Page page = signedIn(ANNA, desktop(), OLDEST);
    Locator dialog = page.locator("#restore");

    row(page, 0).click();
    press(page, "Control+a", "r");
    assertThat(dialog).isVisible();
    assertThat(dialog).containsText("as in your mailbox on");
    assertThat(dialog).containsText("Compared with your mailbox as it is now");
    visit.screenshot("restore-of-a-selection");
    press(page, "Escape");

    page.locator(".folder > a")
        .nth(2)
        .click(new Locator.ClickOptions().setButton(MouseButton.RIGHT));
    assertThat(page.locator("#folder-menu")).isVisible();
    visit.screenshot("menu-of-a-folder");
    page.locator("#folder-menu [data-restore=folder]").click();
    assertThat(dialog.locator(".restore-what")).containsText("The folder Sent");
    press(page, "Escape");

    String lost = page.locator(".gone-since").textContent().replaceAll("\\D", "");
    page.locator(".daybar [data-restore=day]").click();
    assertThat(dialog.locator(".restore-what")).containsText("The whole mailbox");
    long missing = number(dialog.locator(".missing b"));
    long moved = number(dialog.locator(".moved b"));
    assertThat(missing).isGreaterThanOrEqualTo(Long.parseLong(lost));
    assertThat(dialog.locator(".restore-sum")).containsText(missing + " messages would be added");
    if (moved > 0) {
      dialog.locator("[name=moved]").check();
      assertThat(dialog.locator(".restore-sum"))
          .containsText(missing + moved + " messages would be added");
    }
    Download download = page.waitForDownload(() -> dialog.locator("[type=submit]").click());
    assertThat(download.suggestedFilename()).contains("messages");

    page.locator(".daybar [data-restore=day]").click();
    dialog.locator("#reason").fill("I emptied the wrong folder <b>yesterday</b>");
    dialog.locator(".restore-send").click();
    assertThat(dialog.locator(".restore-sent")).containsText(missing + " messages");
    visit.screenshot("restore-requested");
    dialog.locator("[data-requests]").click();
    Locator own = page.locator("#requests .own-requests li").first();
    assertThat(own).containsText("waits for an administrator");
    visit.screenshot("own-requests");
    assertThat(own).containsText("Into the folders where they were");
    assertThat(own).containsText("You wrote: “I emptied the wrong folder <b>yesterday</b>”");
    withdraw(page, own);

    page.navigate(page.url().replaceFirst("[?].*", "") + "?q=contract&scope=days");
    visit.awaitReady();
    row(page, 0).click();
    press(page, "r");
    assertThat(dialog.locator(".restore-what")).containsText("One message");
    press(page, "Escape");
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void aRequestNamesItsMessagesAndWhereNothingIsMissingThatIsSaid() throws Exception {
    Page page = signedIn(ANNA, desktop(), OLDEST);
    Locator dialog = page.locator("#restore");
    page.locator(".folder:has(.badge.lost) > a").first().click();
    page.locator(".gone-since").click();
    Locator lost = page.locator("tr:has(.fate.lost)").first();
    String subject = lost.locator(".subject").textContent();
    String folder = page.locator(".folder.selected .name").textContent();
    lost.click();
    press(page, "r");
    dialog.locator("[value=separate]").check();
    dialog.locator(".restore-send").click();
    dialog.locator("[data-requests]").click();
    Locator own = page.locator("#requests .own-requests li").first();
    assertThat(own.locator(".own-named")).containsText("“" + subject + "” · ");
    assertThat(own.locator(".own-named")).containsText(folder);
    assertThat(own).containsText("Into a folder of their own, “Restored 20");
    visit.screenshot("own-requests-named");
    withdraw(page, own);

    page.navigate("mailbox.xhtml");
    visit.awaitReady();
    row(page, 0).click();
    press(page, "r");
    assertThat(dialog.locator(".nothing-missing"))
        .containsText("Nothing is missing: the one message is in your mailbox");
    assertThat(dialog.locator(".restore-send")).hasCount(0);
    visit.screenshot("restore-nothing-missing");
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void aRequestThatOutlivesItsSessionIsThereAgainForItsUserAndNobodyElse() throws Exception {
    Page page = signedIn(ANNA, desktop(), ALL);
    Locator dialog = page.locator("#restore");
    page.locator(".gone-since").click();
    assertThat(page.locator("tr .fate.lost").first()).isVisible();
    row(page, 0).click();
    row(page, 2).click(with(KeyboardModifier.SHIFT));
    press(page, "r");
    dialog.locator("[value=separate]").check();
    dialog.locator("#reason").fill("Three that I <i>need</i>");
    String what = dialog.locator(".restore-what").textContent();
    String place = page.url();
    endSession();
    dialog.locator(".restore-send").click();
    assertThat(page.locator("#signin-sentence")).containsText("Your session has ended");

    signInHere(page, ANNA);
    visit.awaitReady();
    assertThat(page).hasURL(place);
    assertThat(dialog.locator(".restore-what")).hasText(what);
    assertThat(dialog.locator("#reason")).hasValue("Three that I <i>need</i>");
    assertThat(dialog.locator("[value=separate]")).isChecked();
    assertThat(page.locator(".picked-sentence")).containsText("3 messages selected");
    visit.screenshot("restore-after-the-session");

    endSession();
    dialog.locator(".restore-send").click();
    signInHere(page, MARCO);
    visit.awaitReady();
    assertThat(dialog).isHidden();
    assertThat(page.locator(".picked")).isHidden();
    assertThat(page.evaluate("sessionStorage.getItem('mtm-request')")).isNull();

    page.locator(".daybar [data-restore=day]").click();
    dialog.locator("#reason").fill("Of Marco");
    press(page, "Escape");
    page.evaluate("document.querySelector('#tasks form').submit()");
    assertThat(page.locator("#signin-sentence")).containsText("signed out");
    assertThat(page.evaluate("sessionStorage.length")).isEqualTo(0);
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void aFolderThatIsAskedForAfterTheSessionHasEndedIsAskedForAfterSigningIn() throws Exception {
    Page page = signedIn(ANNA, desktop(), OLDEST + "&scope=all");
    String place = page.url();
    endSession();
    page.locator(".daybar [data-restore=day]").click();
    signInHere(page, ANNA);
    visit.awaitReady();
    assertThat(page).hasURL(place);
    assertThat(page.locator("#restore .restore-what")).containsText("The whole mailbox");
  }

  @Test
  void whoDoesNothingIsAskedBeforeTheSessionEndsAndStaysWithOneClick() throws Exception {
    Page page = signedIn(ANNA, desktop(), OLDEST);
    page.locator(".daybar [data-restore=day]").click();
    page.locator("#restore #reason").fill("slowly");
    visit.context().clearCookies(new BrowserContext.ClearCookiesOptions().setName("mtm-awake"));
    assertThat(page.locator("#staying"))
        .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(30_000));
    assertThat(page.locator("#staying .stay")).isFocused();
    visit.screenshot("still-there");
    press(page, "Enter");
    assertThat(page.locator("#staying")).isHidden();
    assertThat(page.locator("#restore #reason")).hasValue("slowly");
    assertThat(visit.context().cookies())
        .extracting(cookie -> cookie.name)
        .as("the server has said so again")
        .contains("mtm-awake");
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void whatWouldNotBeTakenIsSaidBeforeAnythingIsTypedAndWhatWasTypedStays() throws Exception {
    Page page = signedIn(MARCO, desktop(), OLDEST);
    Locator dialog = page.locator("#restore");
    page.locator(".daybar [data-restore=day]").click();
    dialog.locator("#reason").fill("The last one");
    if (dialog.locator("[name=moved]").count() > 0) {
      dialog.locator("[name=moved]").check();
    }
    try (WebmailVisit elsewhere = visit.another(desktop())) {
      elsewhere.signIn(OLDEST, MARCO, shared.password(MARCO));
      elsewhere.awaitReady();
      Page other = elsewhere.page();
      while (openRequests(other) < 3) {
        other.locator(".daybar [data-restore=day]").click();
        other.locator("#restore .restore-send").click();
        assertThat(other.locator("#restore .restore-sent")).isVisible();
        press(other, "Escape");
      }
      dialog.locator(".restore-send").click();
      assertThat(dialog.locator(".restore-refused")).containsText("You have 3 open requests");
      assertThat(dialog.locator("#reason")).hasValue("The last one");
      assertThat(dialog.locator(".restore-send")).isFocused();
      visit.screenshot("restore-refused");

      press(page, "Escape");
      page.locator(".daybar [data-restore=day]").click();
      assertThat(dialog.locator("#restore-limit"))
          .containsText("You have 3 open requests, and no more are taken at a time.");
      assertThat(dialog.locator(".restore-send")).isDisabled();
      assertThat(dialog.locator("#reason")).hasCount(0);
      visit.screenshot("restore-limit");
      dialog.locator(".restore-limit [data-requests]").click();
      Locator pending = page.locator("#requests .own-requests li.pending");
      assertThat(pending).hasCount(3);
      for (int left = 2; left >= 0; left--) {
        pending.first().locator("[data-withdraw]").click();
        page.locator("#withdraw .withdraw-yes").click();
        assertThat(pending).hasCount(left);
      }
      press(page, "Escape");
      page.locator(".daybar [data-restore=day]").click();
      assertThat(dialog.locator("#reason")).hasValue("The last one");
      assertThat(dialog.locator(".restore-send")).isEnabled();
    }
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void whatWouldAddNothingCannotBeSentAndSaysWhy() throws Exception {
    Page page = signedIn(MailboxAddress.of("info@studio.test"), desktop(), OLDEST);
    Locator dialog = page.locator("#restore");
    String day = page.locator(".daybar").getAttribute("data-names").split(" ", -1)[2];
    page.navigate("mailbox.xhtml?day=" + day);
    visit.awaitReady();
    page.locator("tr:has-text('Workshop roof')").click();
    press(page, "r");
    assertThat(dialog.locator("#restore-why")).containsText("there is nothing to send");
    assertThat(dialog.locator(".restore-send")).isDisabled();
    visit.screenshot("restore-only-moved");
    dialog.locator("[value=separate]").check();
    assertThat(dialog.locator(".restore-send")).isDisabled();
    dialog.locator("[name=moved]").check();
    assertThat(dialog.locator(".restore-why")).isHidden();
    assertThat(dialog.locator(".restore-sum .on")).containsText("One message would be added");
    assertThat(dialog.locator(".restore-send")).isEnabled();
    assertThat(visit.complaints()).isEmpty();
  }

  private static int openRequests(Page page) {
    page.locator("#tasks [data-requests]").click();
    assertThat(page.locator("#requests")).isVisible();
    int open = page.locator("#requests .own-requests li.pending").count();
    press(page, "Escape");
    assertThat(page.locator("#requests")).isHidden();
    return open;
  }

  /** As if an hour had gone by; the page does not know yet. */
  private void endSession() {
    for (Cookie cookie : visit.context().cookies()) {
      if (cookie.name.equals("mtm-session")) {
        cookie.value = "over";
        visit.context().addCookies(List.of(cookie));
      }
    }
  }

  private void signInHere(Page page, MailboxAddress who) {
    page.locator("#address").fill(who.toString());
    page.locator("#password").fill(shared.password(who));
    page.locator("button[type=submit]").click();
  }

  /** Asks to, thinks again, and then does it. */
  private void withdraw(Page page, Locator own) throws Exception {
    own.locator("[data-withdraw]").click();
    assertThat(page.locator("#withdraw [data-close]")).isFocused();
    visit.screenshot("withdraw");
    press(page, "Escape");
    assertThat(page.locator("#withdraw")).isHidden();
    assertThat(own.locator("[data-withdraw]")).isFocused();
    press(page, "Enter");
    page.locator("#withdraw .withdraw-yes").click();
    assertThat(own).containsText("withdrawn");
    assertThat(own).isFocused();
    assertThat(own.locator("[data-withdraw]")).hasCount(0);
  }

  @Test
  void aFingerThatRestsOnAMessageBeginsASelection() throws Exception {
    Page page = signedIn(ANNA, phone(390).setLocale("it-IT"), ALL);
    row(page, 1).dispatchEvent("pointerdown", Map.of("pointerType", "touch"));
    assertThat(selected(page)).hasCount(1);
    row(page, 1).dispatchEvent("pointerup", Map.of("pointerType", "touch"));
    row(page, 3).tap();
    assertThat(page.locator(".picked-sentence")).containsText("2 messaggi selezionati");
    assertThat(page.locator("#list")).isVisible();
    visit.screenshot("phone-selection");
    page.locator(".picked [data-select=none]").tap();
    row(page, 0).tap();
    assertThat(page.locator("article.opened")).isVisible();
    assertThat(visit.complaints()).isEmpty();
  }

  private static Object post(Page page, String body) {
    return page.evaluate(
        "async body => (await fetch('selection',"
            + " {method: 'POST', body: new URLSearchParams(body)})).status",
        body);
  }

  private static long number(Locator of) {
    return Long.parseLong(of.textContent().replaceAll("\\D", ""));
  }

  private static void choose(Page page, String what) {
    page.locator("[popovertarget=select-menu]").click();
    page.locator("#select-menu [data-select=" + what + "]").click();
  }

  private static void press(Page page, String... keys) {
    for (String key : keys) {
      page.keyboard().press(key);
    }
  }

  private static Locator.ClickOptions with(KeyboardModifier modifier) {
    return new Locator.ClickOptions().setModifiers(List.of(modifier));
  }

  private static Locator rows(Page page) {
    return page.locator("#messages tr.message");
  }

  private static Locator row(Page page, int index) {
    return rows(page).nth(index);
  }

  private static Locator selected(Page page) {
    return page.locator("#messages tr.message[aria-selected=true]");
  }

  private Page signedIn(MailboxAddress mailbox, Browser.NewContextOptions as, String place) {
    return visit.signedIn(mailbox, as, place);
  }
}
