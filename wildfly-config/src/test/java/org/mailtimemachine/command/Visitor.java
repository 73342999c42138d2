package org.mailtimemachine.command;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * Somebody at the webmail of the {@link SharedHost}, in the one {@link Chromium} of the run. Who
 * arrives has cookies of his own and was never here; arriving again is somebody else, and the end
 * of a test is the end of the visit.
 */
final class Visitor implements BeforeEachCallback, AfterEachCallback {

  private @Nullable Chromium chromium;
  private SharedHost.@Nullable Running shared;
  private @Nullable WebmailVisit visit;

  @Override
  public void beforeEach(ExtensionContext test) {
    shared = SharedHost.running(test);
    chromium = Chromium.ofRun(test);
  }

  @Override
  public void afterEach(ExtensionContext test) {
    close();
  }

  /** A desktop as most have it, in English. */
  static Browser.NewContextOptions desktop() {
    return new Browser.NewContextOptions().setLocale("en-GB").setViewportSize(1440, 900);
  }

  /** A telephone of this many CSS pixels across, in English. */
  static Browser.NewContextOptions phone(int width) {
    return new Browser.NewContextOptions()
        .setLocale("en-GB")
        .setViewportSize(width, 844)
        .setDeviceScaleFactor(2)
        .setIsMobile(true)
        .setHasTouch(true);
  }

  /** Comes with a browser, and is nowhere yet. */
  Page arrive(Browser.NewContextOptions as) {
    close();
    visit = another(as);
    return visit.page();
  }

  /** Comes to a place of the webmail, signs in, and waits until it is there. */
  Page signedIn(MailboxAddress who, Browser.NewContextOptions as, String place) {
    Page page = arrive(as);
    signIn(place, who);
    awaitReady();
    return page;
  }

  /** Signs in with the password that opens the mailbox. */
  void signIn(String place, MailboxAddress who) {
    signIn(place, who, Objects.requireNonNull(shared).password(who));
  }

  void signIn(String place, MailboxAddress who, String password) {
    visit().signIn(place, who, password);
  }

  void awaitReady() {
    visit().awaitReady();
  }

  Page page() {
    return visit().page();
  }

  BrowserContext context() {
    return visit().context();
  }

  List<String> complaints() {
    return visit().complaints();
  }

  void screenshot(String name) throws IOException {
    visit().screenshot(name);
  }

  /** Somebody else at the same time; the caller closes the visit. */
  WebmailVisit another(Browser.NewContextOptions as) {
    return Objects.requireNonNull(chromium)
        .visit(Objects.requireNonNull(shared).host().address(), as);
  }

  /** Goes away. */
  void close() {
    if (visit != null) {
      visit.close();
      visit = null;
    }
  }

  private WebmailVisit visit() {
    return Objects.requireNonNull(visit, "nobody has arrived");
  }
}
