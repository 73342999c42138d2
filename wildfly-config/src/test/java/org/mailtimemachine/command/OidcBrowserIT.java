package org.mailtimemachine.command;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mailtimemachine.command.Visitor.desktop;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.RequestOptions;
import com.microsoft.playwright.options.SameSiteAttribute;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.mailtimemachine.restore.administrator.Administrator;

/** Administrators sign in to the console at an OpenID Connect provider of another site. */
@WithSharedHost
class OidcBrowserIT {

  private static final String NAME = "oidc-carla";
  private static final String ADDRESS = "oidc-carla@example.test";
  private static final Pattern SIGN_IN = Pattern.compile(".*/admin/signin\\.xhtml\\?oidc=.*");

  @RegisterExtension final Visitor visit = new Visitor();

  private final String provider;

  OidcBrowserIT(SharedHost.Running shared) {
    this.provider = shared.provider().issuer();
  }

  @BeforeAll
  static void prepare(SharedHost.Running shared) throws Exception {
    try (AdministratorAccounts accounts =
        AdministratorAccounts.open(shared.host().database(), Clock.systemUTC())) {
      accounts.add(
          new Administrator(NAME, ADDRESS, Locale.ENGLISH, Optional.empty(), false),
          "nine wooden boats");
    }
  }

  private static void signInThere(Page page, String address) {
    page.locator("#oidc").click();
    page.locator("[name=email]").fill(address);
    page.locator("button").click();
  }

  @Test
  void whoSignsInThereIsWhereHeWantedToBe() throws Exception {
    Page page = visit.arrive(desktop());
    page.navigate("admin/audit.xhtml?text=oidc");
    assertThat(page.locator("#oidc")).hasText("Sign in with Example ID");
    visit.screenshot("console-oidc");
    signInThere(page, ADDRESS);

    assertThat(page).hasURL(Pattern.compile(".*/admin/audit\\.xhtml\\?text=oidc"));
    assertThat(page.locator(".who")).containsText(NAME);
    assertThat(page.locator("main")).containsText("as " + ADDRESS + " of http://localhost");
    assertThat(visit.context().cookies())
        .noneMatch(cookie -> cookie.name.equals("mtm-oidc"))
        .filteredOn(cookie -> cookie.name.equals("mtm-console"))
        .singleElement()
        .extracting((Cookie cookie) -> cookie.sameSite)
        .isEqualTo(SameSiteAttribute.STRICT);
    assertThat(visit.complaints()) // of going elsewhere at all
        .allMatch(each -> each.startsWith("asked for " + provider + "/"));
  }

  @Test
  void whoHasNoAccountHereIsNotLetIn() throws Exception {
    Page page = visit.arrive(desktop());
    page.navigate("admin/overview.xhtml");
    signInThere(page, "stranger@example.test");
    assertThat(page).hasURL(SIGN_IN);
    assertThat(page.locator("#signin-sentence")).containsText("no account here");
    visit.screenshot("console-oidc-refused");
  }

  @Test
  void anAnswerThatWasMeantForAnotherBrowserSignsNobodyIn() {
    Page page = visit.arrive(desktop());
    page.navigate("admin/overview.xhtml");
    page.locator("#oidc").click();
    page.locator("[name=email]").fill(ADDRESS);
    String form = "new URLSearchParams(new FormData(document.forms[0])).toString()";
    String answer =
        visit
            .context()
            .request()
            .get(
                provider + "/signed-in?" + page.evaluate(form),
                RequestOptions.create().setMaxRedirects(0))
            .headers()
            .get("location");
    assertThat(answer).contains("/admin/oidc/return?code=");

    try (WebmailVisit victim = visit.another(desktop())) {
      Page there = victim.page();
      there.navigate(answer);
      assertThat(there).hasURL(SIGN_IN);
      there.navigate("admin/overview.xhtml");
      assertThat(there.locator("#oidc")).isVisible();
      // Not even on the way to the provider himself.
      there.locator("#oidc").click();
      there.locator("[name=email]").waitFor();
      assertThat(there.context().cookies())
          .filteredOn(cookie -> cookie.name.equals("mtm-oidc"))
          .singleElement()
          .extracting((Cookie cookie) -> cookie.sameSite)
          .isEqualTo(SameSiteAttribute.LAX);
      there.navigate(answer);
      assertThat(there).hasURL(SIGN_IN);
      assertThat(there.locator("#signin-sentence")).containsText("did not let you in");
    }
  }
}
