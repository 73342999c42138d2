package org.mailtimemachine.command;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The system's Chromium. All tests of a run share one, since a visit has nothing of another; only
 * who needs options of his own starts one more.
 */
final class Chromium implements AutoCloseable {

  private static final Path PROGRAM = Path.of("/usr/bin/chromium");
  private static final List<String> QUIET =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private final Playwright playwright;
  private final Browser browser;

  private Chromium(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  /** The one of the run; the tests are skipped where there is none. */
  static Chromium ofRun(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(Chromium.class))
        .getOrComputeIfAbsent(Chromium.class, key -> start(List.of()), Chromium.class);
  }

  /** Starts one with options of its own; the tests are skipped where there is none. */
  static Chromium start(List<String> options) {
    assumeTrue(Files.isExecutable(PROGRAM), "there is no " + PROGRAM);
    PlaywrightAssertions.setDefaultAssertionTimeout(30_000); // a busy machine is no fault
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    Browser browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(PROGRAM)
                    .setArgs(Stream.concat(QUIET.stream(), options.stream()).toList()));
    return new Chromium(playwright, browser);
  }

  /** Somebody who was never here comes to the webmail. */
  WebmailVisit visit(URI webmail, Browser.NewContextOptions as) {
    return new WebmailVisit(browser.newContext(as.setBaseURL(webmail.toString())), webmail);
  }

  @Override
  public void close() {
    playwright.close();
  }
}
