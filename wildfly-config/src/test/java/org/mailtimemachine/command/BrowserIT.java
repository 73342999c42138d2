package org.mailtimemachine.command;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.MouseButton;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** The webmail, used in a browser by one of the demo's people. */
@WithSharedHost
class BrowserIT {

  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final MailboxAddress ANNA = MailboxAddress.of("anna@demo.test");
  private static final MailboxAddress MARCO = MailboxAddress.of("marco@demo.test");

  private static Playwright playwright;
  private static Browser browser;

  private final SharedHost.Running shared;
  private final List<String> complaints = new ArrayList<>();
  private BrowserContext context;
  private Page page;

  BrowserIT(SharedHost.Running shared) {
    this.shared = shared;
  }

  @BeforeAll
  static void startBrowser() {
    assumeTrue(Files.isExecutable(CHROMIUM), "there is no " + CHROMIUM);
    PlaywrightAssertions.setDefaultAssertionTimeout(30_000); // a busy machine is no fault
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(CHROMIUM)
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync")));
  }

  @AfterAll
  static void stopBrowser() {
    if (playwright != null) {
      playwright.close();
    }
  }

  @BeforeEach
  void openPage() {
    context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setBaseURL(shared.host().address().toString())
                .setLocale("en-US")
                .setViewportSize(1280, 800));
    page = context.newPage();
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            complaints.add(message.text());
          }
        });
    page.onPageError(complaints::add);
    page.onRequest(
        request -> {
          if (!request.url().startsWith(shared.host().address().toString())) {
            complaints.add("asked for " + request.url());
          }
        });
  }

  @AfterEach
  void closePage() {
    context.close();
  }

  @Test
  void aWrongPasswordStaysAtTheSignIn() {
    signIn(MARCO, "not the password");
    assertThat(page.locator("#signin-sentence")).isVisible();
    assertThat(page.locator("#password")).isVisible();
  }

  @Test
  void aPastDayIsChosenReadAndDownloaded() throws Exception {
    signIn(ANNA, shared.password(ANNA));
    Locator sentence = page.locator(".day-sentence");
    assertThat(sentence).isVisible();
    String today = sentence.textContent();
    page.locator(".previous-day").click();
    assertThat(sentence).not().hasText(today);

    Locator first = page.locator("#messages .message-link").first();
    String subject = first.locator(".subject").textContent().strip();
    first.click();
    assertThat(page.locator("article.opened .subject").first()).containsText(subject);
    screenshot("message");

    Page source = page.waitForPopup(() -> page.locator("#reader .do-source").click());
    String text = source.locator("body").textContent();
    assertThat(text).contains("Message-ID", "Subject:");
    source.close();

    Download download = page.waitForDownload(() -> page.locator("#reader .do-download").click());
    byte[] eml = Files.readAllBytes(download.path());
    assertThat(new String(eml, StandardCharsets.UTF_8)).contains("Message-ID");

    first.click(new Locator.ClickOptions().setButton(MouseButton.RIGHT));
    assertThat(page.locator("#menu")).isVisible();
    screenshot("menu");
    Download again = page.waitForDownload(() -> page.locator("#menu .do-download").click());
    assertThat(Files.readAllBytes(again.path())).isEqualTo(eml);
    assertThat(complaints).isEmpty();
  }

  private void signIn(MailboxAddress mailbox, String password) {
    page.navigate("");
    page.locator("#address").fill(mailbox.toString());
    page.locator("#password").fill(password);
    page.locator("button[type=submit]").click();
  }

  /** For the eyes of whoever reads the test's results. */
  private void screenshot(String name) throws Exception {
    page.screenshot(
        new Page.ScreenshotOptions()
            .setPath(TestHost.testDirectory().resolve("screenshots").resolve(name + ".png")));
  }
}
