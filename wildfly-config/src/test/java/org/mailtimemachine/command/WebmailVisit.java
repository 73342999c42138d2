package org.mailtimemachine.command;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * One page at the webmail, with cookies of its own. Whatever it complains about, and every request
 * that it sends elsewhere, is kept for the test to look at.
 */
final class WebmailVisit implements AutoCloseable {

  private final BrowserContext context;
  private final Page page;
  private final List<String> complaints = new ArrayList<>();

  WebmailVisit(BrowserContext context, URI webmail) {
    this.context = context;
    this.page = context.newPage();
    page.onPageError(complaints::add);
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            complaints.add(message.text());
          }
        });
    context.onRequest(
        request -> {
          if (!request.url().startsWith(webmail.toString()) && !request.url().startsWith("data:")) {
            complaints.add("asked for " + request.url());
          }
        });
  }

  Page page() {
    return page;
  }

  BrowserContext context() {
    return context;
  }

  List<String> complaints() {
    return complaints;
  }

  /** Opens a place of the webmail, is asked to sign in, and does so. */
  void signIn(String place, MailboxAddress mailbox, String password) {
    page.navigate(place);
    page.locator("#address").fill(mailbox.toString());
    page.locator("#password").fill(password);
    page.locator("button[type=submit]").click();
  }

  /** Returns when the page has its scripts and its day. */
  void awaitReady() {
    assertThat(page.locator("body")).hasAttribute("data-ready", "true");
    assertThat(page.locator(".daybar")).hasAttribute("data-ready", "true");
  }

  /** For the eyes of whoever reads the test's results. */
  void screenshot(String name) throws IOException {
    page.screenshot(
        new Page.ScreenshotOptions()
            .setPath(TestHost.testDirectory().resolve("screenshots").resolve(name + ".png")));
  }

  @Override
  public void close() {
    context.close();
  }
}
