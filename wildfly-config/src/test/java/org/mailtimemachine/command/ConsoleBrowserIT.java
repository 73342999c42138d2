package org.mailtimemachine.command;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mailtimemachine.command.Visitor.desktop;
import static org.mailtimemachine.command.Visitor.phone;

import com.microsoft.playwright.APIRequestContext;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FormData;
import com.microsoft.playwright.options.RequestOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.codec.binary.Base32;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.copy.Gap;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.Seed;

/** The console: a request is told by mail, confirmed, carried out, and taken back. */
@WithSharedHost
class ConsoleBrowserIT {

  private static final MailboxAddress STUDIO = MailboxAddress.of("info@studio.test");

  /** In the domain of the administrator of a domain. */
  private static final MailboxAddress USER = MailboxAddress.of("anna@demo.test");

  /** Gets the letters of the administrator of the host. */
  private static final MailboxAddress POST = SharedHost.READING;

  private static final String HOST = "console-host";
  private static final String DOMAIN = "console-domain";
  static final String PASSWORD = "nine wooden boats";
  private static final Pattern REQUEST = Pattern.compile("request\\.xhtml\\?id=([0-9a-f-]{36})");

  @RegisterExtension final Visitor visit = new Visitor();

  private final SharedHost.Running shared;

  ConsoleBrowserIT(SharedHost.Running shared) {
    this.shared = shared;
  }

  @BeforeAll
  static void prepare(SharedHost.Running shared) throws Exception {
    try (AdministratorAccounts accounts =
        AdministratorAccounts.open(shared.host().database(), Clock.systemUTC())) {
      accounts.add(
          new Administrator(HOST, POST.toString(), Locale.ENGLISH, Optional.empty(), false),
          PASSWORD);
      accounts.add(
          new Administrator(DOMAIN, "", Locale.ITALIAN, Optional.of(Set.of("demo.test")), false),
          PASSWORD);
    }
  }

  @Test
  void aRequestIsToldConfirmedCarriedOutAndTakenBack() throws Exception {
    long before = messages(STUDIO);
    setPrice("2.50", "");
    requestWholeMailbox("We cleared the archive by mistake.");
    UUID id = awaitLetter(POST, "We cleared the archive by mistake.");

    // Another administrator's window, in which the request still waits.
    visit.arrive(desktop());
    signIn(visit.page(), "admin/request.xhtml?id=" + id, HOST);
    Page other = visit.context().newPage();
    other.navigate("admin/request.xhtml?id=" + id + "&do=confirm");
    Page page = visit.page();
    page.navigate("admin/request.xhtml?id=" + id + "&do=confirm");
    assertThat(page.locator("#confirm")).isVisible();
    assertThat(page.locator("#confirm")).containsText("It costs 2.50");
    assertThat(page.locator("#confirm")).containsText("That is all that was planned.");
    assertThat(page.locator("#now")).containsText("It would cost 2.50");
    assertThat(page.locator(".head .state")).hasText("waiting");
    visit.screenshot("console-confirm");

    page.locator("#confirm-password").fill("not my password");
    page.locator("#confirm [type=submit]").click();
    assertThat(page.locator("#told")).hasText("The password is wrong. Nothing was done.");
    assertThat(page.locator(".head .state")).hasText("waiting");
    assertThat(page.locator("#confirm [role=alert]")).containsText("The password is wrong");
    page.locator("#confirm-password").fill(PASSWORD);
    page.locator("#confirm [type=submit]").click();
    assertThat(page.locator(".head .state")).hasText("done");
    assertThat(page.locator("#receipt")).containsText("Put back");
    visit.screenshot("console-receipt");
    long added = number(page.locator("#receipt dd b"));
    assertThat(added).isPositive();
    assertThat(messages(STUDIO)).isEqualTo(before + added);
    awaitLetter(STUDIO, "messages that you requested");

    other.locator("#confirm-password").fill(PASSWORD);
    other.locator("#confirm [type=submit]").click();
    assertThat(other.locator("#told")).containsText("Nothing was done twice");
    assertThat(messages(STUDIO)).isLessThanOrEqualTo(before + added + 1); // with the letter

    nothingIsForTheOtherDomain(id);
    itIsChargedOnce(page, id);

    answerOneOfThoseThatCameBack();
    page.locator("[data-dialog=takeback]").click();
    page.locator("#takeback-password").fill(PASSWORD);
    page.locator("#takeback [type=submit]").click();
    assertThat(page.locator(".head .state")).hasText("taken back");
    assertThat(page.locator("#receipt")).containsText("Had been put back");
    assertThat(page.locator("#left")).containsText("1 message was left where it is");
    visit.screenshot("console-taken-back");
    assertThat(visit.complaints()).isEmpty();
  }

  /** As its user does it in a mail program: a take-back leaves it. */
  private void answerOneOfThoseThatCameBack() throws IOException {
    try (Stream<Path> files = Files.walk(maildir(STUDIO))) {
      Path answered =
          files
              .filter(file -> file.getFileName().toString().contains(".restored"))
              .findFirst()
              .orElseThrow();
      Files.move(answered, answered.resolveSibling(answered.getFileName() + "R"));
    }
  }

  @Test
  void theFirstOfTwoIsToldThatItIsNotDoneAndARejectionSaysWhy() throws Exception {
    setPrice("2.50", "1");
    requestWholeMailbox("All of it, please.");
    UUID id = awaitLetter(POST, "All of it, please.");
    visit.arrive(desktop());
    Page page = visit.page();
    signIn(page, "admin/request.xhtml?id=" + id + "&do=confirm", HOST);
    assertThat(page.locator("#confirm-title")).hasText("Confirm this restore as the first of two?");
    assertThat(page.locator("#confirm-two")).containsText("nothing is put back before");
    assertThat(page.locator("#confirm [type=submit]")).containsText("Confirm as the first of two");
    visit.screenshot("console-confirm-first");
    page.locator("#confirm-password").fill(PASSWORD);
    page.locator("#confirm [type=submit]").click();
    assertThat(page.locator("#told")).containsText("you are the first of two");
    assertThat(page.locator(".head .state")).hasText("waiting");
    visit.screenshot("console-confirmed-first");

    APIResponse without =
        visit
            .context()
            .request()
            .post(
                "admin/decide",
                fromOurPage()
                    .setMaxRedirects(0)
                    .setForm(
                        FormData.create()
                            .set("id", id.toString())
                            .set("action", "reject")
                            .set("reason", " ")));
    assertThat(without.headers().get("location")).endsWith("refused=reason");
    page.locator("[data-dialog=reject]").click();
    String reason = "Perché così tanto? Chiedi a Lucia.";
    page.locator("#reject-reason").fill("?!");
    page.locator("#reject [type=submit]").click();
    assertThat(page.locator("#reject [role=alert]")).containsText("A reason is needed");
    assertThat(page.locator("#reject-reason")).hasValue("?!");
    visit.screenshot("console-refused");
    page.locator("#reject-reason").fill(reason);
    page.locator("#reject [type=submit]").click();
    assertThat(page.locator(".head .state")).hasText("rejected");
    assertThat(page.locator("blockquote").last()).hasText(reason);
    page.navigate("admin/audit.xhtml?text=" + id);
    assertThat(page.locator("main")).containsText("confirmed as the first of two");
    visit.screenshot("console-audit-words");
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void noTextOfAnAddressAFormOrAProgramHasTheCharacterNul() {
    visit.arrive(desktop());
    signIn(visit.page(), "admin/overview.xhtml", HOST);
    APIRequestContext api = visit.context().request();
    for (String page :
        List.of(
            "admin/requests.xhtml?mailbox=%00",
            "admin/mailboxes.xhtml?text=a%00b",
            "admin/audit.xhtml?text=%00",
            "admin/audit.csv?text=%00",
            "admin/charges.xhtml?mailbox=%00",
            "admin/charges.csv?mailbox=%00",
            "admin/gaps.xhtml?text=%00",
            "admin/holds.xhtml?subject=%00",
            "admin/api/v1/charges?mailbox=%00",
            "admin/api/v1/gaps?text=%00",
            "signin.xhtml?x=%00")) {
      assertThat(api.get(page).status()).as(page).isEqualTo(400);
    }
    assertThat(api.get("admin/audit.xhtml?text=%00").text()).contains("This cannot be answered");
    FormData name = FormData.create().set("name", "a\0b").set("password", PASSWORD);
    for (String form : List.of("admin/signin", "signin")) {
      assertThat(api.post(form, fromOurPage().setForm(name)).status()).as(form).isEqualTo(400);
    }
    String nobody = Base64.getEncoder().encodeToString("a\0:b".getBytes(StandardCharsets.UTF_8));
    for (String place : List.of("admin/api/v1/charges", "api/v1/snapshots")) {
      try (WebmailVisit program = visit.another(desktop())) {
        RequestOptions basic =
            RequestOptions.create().setHeader("Authorization", "Basic " + nobody);
        assertThat(program.context().request().get(place, basic).status()).as(place).isEqualTo(401);
      }
    }
  }

  /** For the domain of the request; nothing costs anything before. */
  private void setPrice(String perRequest, String secondAbove) throws IOException {
    try (WebmailVisit host = visit.another(desktop())) {
      Page page = host.page();
      signIn(page, "admin/prices.xhtml?edit=new", HOST);
      page.locator("#domain").fill(STUDIO.domain());
      page.locator("#price-request").fill(perRequest);
      page.locator("#second").fill(secondAbove);
      page.locator("#terms-password").fill("not my password");
      host.screenshot("console-prices-edit");
      page.locator("#terms [value=set]").click();
      assertThat(page.locator("#told")).containsText("The password is wrong");
      assertThat(page.locator("#domain")).hasValue(STUDIO.domain());
      assertThat(page.locator("#price-request")).hasValue(perRequest);
      page.locator("#terms-password").fill(PASSWORD);
      page.locator("#terms [value=set]").click();
      assertThat(page.locator("#told")).containsText("Saved");
      assertThat(page.locator("main")).containsText("per request");
      host.screenshot("console-prices");
      assertThat(host.complaints()).isEmpty();
    }
  }

  private void itIsChargedOnce(Page page, UUID id) throws IOException {
    page.navigate("admin/charges.xhtml?mailbox=studio");
    assertThat(page.locator(".sum")).containsText("2.50");
    assertThat(page.locator("tbody tr")).hasCount(1);
    visit.screenshot("console-charges");
    APIRequestContext api = visit.context().request();
    assertThat(api.get("admin/charges.csv?mailbox=studio").text().lines())
        .hasSize(2)
        .last()
        .asString()
        .contains(id.toString(), "\"2.50\",\"EUR\",\"\"");
    page.navigate("admin/request.xhtml?id=" + id);

    String basic =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((HOST + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    try (WebmailVisit program = visit.another(desktop())) {
      APIRequestContext own = program.context().request();
      APIResponse charges =
          own.get(
              "admin/api/v1/charges?mailbox=studio",
              RequestOptions.create().setHeader("Authorization", basic));
      assertThat(charges.status()).isEqualTo(200);
      assertThat(charges.text()).contains("\"amount\":\"2.50\"", id.toString());
      APIResponse bad =
          own.get(
              "admin/api/v1/charges?limit=0",
              RequestOptions.create().setHeader("Authorization", basic));
      assertThat(bad.status()).isEqualTo(400);
      assertThat(bad.headers().get("content-type")).isEqualTo("application/problem+json");
      assertThat(own.get("admin/api/v1/charges").status()).isEqualTo(401);
    }
  }

  /** Every page and every action, for whoever administrates another domain. */
  private void nothingIsForTheOtherDomain(UUID id) {
    try (WebmailVisit theirs = visit.another(desktop())) {
      signIn(theirs.page(), "admin/requests.xhtml?state=all", DOMAIN);
      assertThat(theirs.page().locator("h1")).hasText("Richieste di ripristino");
      for (String list :
          List.of(
              "requests.xhtml?state=all",
              "mailboxes.xhtml",
              "audit.xhtml",
              "holds.xhtml",
              "prices.xhtml",
              "charges.xhtml",
              "nights.xhtml",
              "gaps.xhtml",
              "overview.xhtml")) {
        theirs.page().navigate("admin/" + list);
        assertThat(theirs.page().locator("main")).isVisible();
        assertThat(theirs.page().locator("main")).not().containsText("studio.test");
      }
      APIRequestContext api = theirs.context().request();
      for (String page :
          List.of(
              "request.xhtml?id=" + id,
              "receipt.csv?id=" + id,
              "progress?id=" + id,
              "request.xhtml?id=" + UUID.randomUUID(),
              "request.xhtml",
              "mailbox.xhtml?address=info%40studio.test")) {
        assertThat(api.get("admin/" + page).status()).as(page).isEqualTo(404);
      }
      for (String action : List.of("confirm", "reject", "giveup", "takeback")) {
        FormData form =
            FormData.create()
                .set("id", id.toString())
                .set("action", action)
                .set("password", PASSWORD);
        assertThat(api.post("admin/decide", fromOurPage().setForm(form)).status())
            .as(action)
            .isEqualTo(404);
      }
      assertThat(api.post("admin/take", fromOurPage()).status()).isEqualTo(404);
      assertThat(api.post("admin/terms", fromOurPage()).status()).isEqualTo(404);
      assertThat(api.get("admin/api/v1/charges").text()).contains("\"charges\":[]");
      assertThat(api.get("admin/audit.csv").text())
          .startsWith("\"number\"")
          .doesNotContain("studio.test");
    }
  }

  private RequestOptions fromOurPage() {
    return RequestOptions.create().setHeader("Sec-Fetch-Site", "same-origin");
  }

  /** The sizes of the mailboxes in the order of the page. */
  private List<Long> bytesShown() {
    return visit.page().locator("td.number span[title]").all().stream()
        .map(size -> Long.valueOf(String.valueOf(size.getAttribute("title"))))
        .toList();
  }

  @Test
  void everyPageIsShownInBothLanguagesAndThemesAndOnATelephone() throws Exception {
    List<String> pages =
        List.of(
            "overview",
            "requests",
            "mailboxes",
            "nights",
            "holds",
            "prices",
            "charges",
            "audit",
            "account");
    visit.arrive(desktop());
    signIn(visit.page(), "admin/", HOST);
    for (String each : pages) {
      visit.page().navigate("admin/" + each + ".xhtml");
      assertThat(visit.page().locator("h1")).isVisible();
      visit.screenshot("console-" + each);
    }
    visit.page().navigate("admin/mailboxes.xhtml?sort=size&order=desc");
    assertThat(visit.page().locator("select[name=sort]")).hasValue("size");
    List<Long> bytes = bytesShown();
    assertThat(bytes).hasSizeGreaterThan(1).isSortedAccordingTo(Comparator.reverseOrder());
    visit.page().locator("td a").first().click();
    visit.page().locator("td a").first().click();
    assertThat(visit.page().locator("h2").first()).containsText("Folders of");
    visit.screenshot("console-mailbox");
    visit.page().navigate("admin/audit.xhtml?verify=1");
    assertThat(visit.page().locator(".sentence")).containsText("The seals of all lines are whole");
    assertThat(visit.complaints()).isEmpty();
    visit.close();

    visit.arrive(desktop().setColorScheme(ColorScheme.DARK));
    signIn(visit.page(), "admin/overview.xhtml", HOST);
    visit.screenshot("console-overview-dark");
    visit.close();

    visit.arrive(phone(390).setLocale("it-IT"));
    visit.page().navigate("admin/");
    assertThat(visit.page().locator("button.main")).hasText("Accedi");
    visit.screenshot("console-phone-signin");
    signIn(visit.page(), "admin/overview.xhtml", DOMAIN);
    assertThat(visit.page().locator("h1")).hasText("Riepilogo");
    visit.page().locator(".menu").tap();
    assertThat(visit.page().locator("#tasks")).isVisible();
    visit.screenshot("console-phone-it");
    for (String each : List.of("mailboxes", "holds", "prices", "charges", "account")) {
      visit.page().navigate("admin/" + each + ".xhtml");
      assertThat(visit.page().locator("h1")).isVisible();
      visit.screenshot("console-phone-it-" + each);
    }
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void nobodyGetsInWithoutAPasswordAndWhoIsDisabledIsOutAtOnce() throws Exception {
    visit.arrive(desktop());
    Page page = visit.page();
    page.navigate("admin/nights.xhtml");
    assertThat(page.locator("#name")).isVisible();
    page.locator("#name").fill(DOMAIN);
    page.locator("#password").fill("wrong password!");
    page.locator("button[type=submit]").click();
    assertThat(page.locator("#signin-sentence")).hasText("Name, password or code is wrong.");
    try (AdministratorAccounts accounts =
        AdministratorAccounts.open(shared.host().database(), Clock.systemUTC())) {
      accounts.add(
          new Administrator("console-third", "", Locale.ENGLISH, Optional.empty(), false),
          PASSWORD);
      signIn(page, "admin/overview.xhtml", "console-third");
      assertThat(page.locator("h1")).hasText("Overview");
      accounts.disable("console-third", true);
    }
    page.reload();
    assertThat(page.locator("#signin-sentence")).containsText("Your session has ended");
  }

  @Test
  void whoHasSetUpASecondFactorIsLetInWithACodeAlone() throws Exception {
    try (AdministratorAccounts accounts =
        AdministratorAccounts.open(shared.host().database(), Clock.systemUTC())) {
      accounts.add(
          new Administrator("console-factor", "", Locale.ENGLISH, Optional.empty(), false),
          PASSWORD);
      visit.arrive(desktop().setColorScheme(ColorScheme.DARK));
      Page page = visit.page();
      signIn(page, "admin/account.xhtml", "console-factor");
      page.locator("#begin-password").fill(PASSWORD);
      page.locator("#begin [type=submit]").click();
      assertThat(page.locator("#finish img")).isVisible();
      visit.screenshot("console-factor-dark");
      Seed seed =
          new Seed(new Base32().decode(page.locator("#seed").textContent().replace(" ", "")));
      page.locator("#finish-code").fill(seed.code(Clock.systemUTC().instant()));
      page.locator("#finish [type=submit]").click();
      assertThat(page.locator("#told")).hasText("The second factor is switched on.");
      assertThat(page.locator("#codes code")).hasCount(10);
      visit.screenshot("console-recovery-codes-dark");
      String recovery = page.locator("#codes code").first().textContent();
      page.reload();
      assertThat(page.locator("#codes")).hasCount(0);

      page.locator(".task.danger").click();
      page.locator("#name").fill("console-factor");
      page.locator("#password").fill(PASSWORD);
      page.locator("button[type=submit]").click();
      assertThat(page.locator("#signin-sentence")).hasText("Name, password or code is wrong.");
      page.locator("#password").fill(PASSWORD);
      page.locator("#code").fill(recovery);
      page.locator("button[type=submit]").click();
      assertThat(page.locator("h1")).hasText("Overview");
      page.navigate("admin/prices.xhtml?edit=host");
      assertThat(page.locator("#terms-code")).isVisible();
      visit.screenshot("console-code-again-dark");
      FormData form =
          FormData.create().set("of", "host").set("action", "set").set("password", PASSWORD);
      assertThat(
              visit
                  .context()
                  .request()
                  .post("admin/terms", fromOurPage().setMaxRedirects(0).setForm(form))
                  .headers()
                  .get("location"))
          .endsWith("refused=password-code");
      accounts.resetSecondFactor("console-factor");
      page.navigate("admin/account.xhtml");
      assertThat(page.locator("#begin")).isVisible();
      assertThat(visit.complaints()).isEmpty();
    }
  }

  @Test
  void aHoldKeepsTheDaysOfAMailboxUntilItIsLifted() throws Exception {
    visit.arrive(desktop());
    Page page = visit.page();
    signIn(page, "admin/holds.xhtml?subject=" + SharedHost.READING, HOST);
    page.locator("#reason").fill("Case 12");
    page.locator("#place-password").fill(PASSWORD);
    visit.screenshot("console-hold-place");
    page.locator("#place [type=submit]").click();
    assertThat(page.locator("#told")).containsText("The hold is placed");
    assertThat(page.locator("tbody .state")).hasText("stands");
    assertThat(page.locator("tbody")).not().containsText("Not yet in force");
    visit.screenshot("console-holds-standing");
    page.locator("tbody a").click();
    page.locator("#lift-reason").fill("closed");
    page.locator("#lift-password").fill(PASSWORD);
    page.locator("#lift [type=submit]").click();
    assertThat(page.locator("#told")).hasText("The hold is lifted.");
    assertThat(page.locator("tbody")).containsText("closed");
    assertThat(visit.complaints()).isEmpty();
  }

  @Test
  void aMirrorIsMadeShowsItsPasswordOnceAndEnds() throws Exception {
    visit.arrive(desktop());
    Page page = visit.page();
    signIn(page, "admin/mirrors.xhtml", HOST);
    page.locator("[data-dialog=add]").click();
    page.locator("#source").fill(STUDIO.toString());
    page.locator("#days").fill("14");
    page.locator("#add-password").fill(PASSWORD);
    visit.screenshot("console-mirror-new");
    page.locator("#add [type=submit]").click();
    assertThat(page.locator("#told")).hasText("The mirror is in force.");
    assertThat(page.locator("#mirror-password")).containsText("_mirror_" + STUDIO + ": ");
    Locator mirror = page.locator("tbody tr", containing(STUDIO.toString()));
    assertThat(mirror).containsText("14 days");
    visit.screenshot("console-mirrors");
    page.reload();
    assertThat(page.locator("#mirror-password")).hasCount(0);

    mirror.locator("a").click();
    page.locator("#change-existing").fill("nobody@studio.test");
    page.locator("#change-older").check();
    page.locator("#change-password").fill(PASSWORD);
    page.locator("#change [type=submit]").click();
    assertThat(page.locator("#told")).containsText("there is no such mailbox");
    assertThat(page.locator("#change-existing")).hasValue("nobody@studio.test");
    visit.screenshot("console-mirror-change");
    page.locator("#end-password").fill(PASSWORD);
    page.locator("#end [type=submit]").click();
    assertThat(mirror).containsText("ended by " + HOST);
    assertThat(visit.complaints()).isEmpty();
  }

  private static Page.LocatorOptions containing(String words) {
    return new Page.LocatorOptions().setHasText(words);
  }

  @Test
  void aGapIsLookedAfterAndAFaultIsAPageWithANumber() throws Exception {
    Gap gap =
        new Gap(
            Instant.parse("2026-04-01T08:00:00Z"),
            "4GapQ7",
            "news@elsewhere.test",
            List.of(POST.toString(), STUDIO.toString()),
            "No space left on device");
    Path gaps =
        Files.createDirectories(TestHost.testDirectory().resolve("shared").resolve("mirror/gaps"));
    Files.writeString(gaps.resolve("2026-04"), "\n" + gap.text() + "\n");
    visit.arrive(desktop());
    Page page = visit.page();
    signIn(page, "admin/overview.xhtml", HOST);
    assertThat(page.locator(".cards")).containsText("not running");
    page.locator(".attention a", containing("nobody has looked")).click();
    page.locator("input[name=text]").fill("4GapQ7");
    page.locator(".filter [type=submit]").click();
    assertThat(page.locator("tbody tr")).hasCount(2);
    page.locator("tbody tr", containing(STUDIO.toString())).locator("input").check();
    page.locator("#note").fill("Sent again by its sender");
    page.locator("#gaps [value=done]").click();
    assertThat(page.locator("#told")).containsText("Noted");
    assertThat(page.locator("tbody tr")).hasCount(1);
    assertThat(page.locator("tbody")).not().containsText(STUDIO.toString());
    page.navigate("admin/gaps.xhtml?state=all&text=4GapQ7");
    assertThat(page.locator("tbody tr", containing("Sent again"))).hasCount(1);
    visit.screenshot("console-gaps");
    assertThat(visit.complaints()).isEmpty();

    aFaultIsAPageWithANumber();
    visit.close();

    visit.arrive(desktop().setColorScheme(ColorScheme.DARK).setLocale("it-IT"));
    signIn(visit.page(), "admin/mirrors.xhtml", HOST);
    visit.screenshot("console-mirrors-dark");
    visit.page().navigate("admin/gaps.xhtml?state=all");
    visit.screenshot("console-gaps-dark");
    visit.close();
    visit.arrive(phone(390).setLocale("it-IT"));
    signIn(visit.page(), "admin/gaps.xhtml?state=all", DOMAIN);
    visit.screenshot("console-phone-it-gaps");
    visit.page().navigate("admin/nights.xhtml");
    visit.screenshot("console-phone-it-nights");
    visit.page().navigate("admin/mirrors.xhtml");
    visit.page().locator("[data-dialog=add]").tap();
    visit.screenshot("console-phone-it-mirror-new");
    visit.close();
    visit.arrive(phone(390));
    signIn(visit.page(), "admin/mirrors.xhtml", HOST);
    visit.screenshot("console-phone-mirrors");
    assertThat(visit.complaints()).isEmpty();
  }

  /** While a table of the database is away. */
  private void aFaultIsAPageWithANumber() throws Exception {
    WildFlyServer.Database database = shared.host().database();
    try (Connection connection =
            DriverManager.getConnection(database.url(), database.user(), database.password());
        Statement statement = connection.createStatement()) {
      statement.execute("alter table charge rename to charge_away");
      try {
        APIResponse fault = visit.context().request().get("admin/charges.csv");
        assertThat(fault.status()).isEqualTo(500);
        assertThat(fault.text())
            .containsPattern("under the number [0-9a-f]{8}")
            .doesNotContain("Exception", "org.hibernate");
      } finally {
        statement.execute("alter table charge_away rename to charge");
      }
    }
  }

  @Test
  void theHostOpensOneMessageByItsAddressAndItsUserIsToldTwice() throws Exception {
    String reason = "You asked on the telephone whether it is a virus.";
    visit.signedIn(USER, desktop(), "");
    visit.page().locator(".message-link").first().click();
    String subject =
        (String)
            visit
                .page()
                .locator("article.opened h2.subject")
                .evaluate("title => title.firstChild.textContent.trim()");
    String address = allow("webmail-allow");
    assertThat(address).contains("day=").contains("message=");
    visit.close();

    visit.arrive(desktop());
    Page page = visit.page();
    signIn(page, "admin/mailbox.xhtml?address=" + USER, HOST);
    open(page, "https://mail.example.org/mailbox.xhtml?day=2026-11-20", reason, PASSWORD);
    assertThat(page.locator("#told")).containsText("not the address of a message");
    open(page, address.replaceFirst("message=.{8}", "message=00000000"), reason, PASSWORD);
    assertThat(page.locator("#told")).containsText("its user has not allowed it");
    open(page, address, reason, "not my password");
    assertThat(page.locator("#told")).hasText("The password is wrong. Nothing was done.");
    assertThat(page.locator("#opened")).hasCount(0);
    assertThat(page.locator("#open")).isVisible();
    assertThat(page.locator("#open-reason")).hasValue(reason);
    visit.screenshot("console-open");
    Response answer =
        page.waitForResponse(
            response -> response.url().endsWith("/admin/open"),
            () -> open(page, address, reason, PASSWORD));
    assertThat(answer.allHeaders())
        .containsEntry("cache-control", "no-store")
        .containsEntry("x-frame-options", "DENY")
        .containsEntry("referrer-policy", "same-origin")
        .containsKey("content-security-policy");
    assertThat(page.locator("#opened")).isVisible();
    assertThat(page.locator("main .facts")).containsText(subject);
    assertThat(page.locator("main a[href*=download], main img, main iframe")).hasCount(0);
    visit.screenshot("console-opened");
    page.setViewportSize(390, 844);
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
    visit.screenshot("console-phone-opened-dark");
    page.reload(); // which sends the form again, with its password
    assertThat(page.locator("#told")).containsText("it was opened already");
    assertThat(page.locator("#opened")).hasCount(0);
    APIRequestContext api = visit.context().request();
    for (String place : List.of("open", "opened.xhtml")) {
      assertThat(api.get("admin/" + place).status()).as(place).isEqualTo(404);
    }
    String log = api.get("admin/audit.csv?text=message.open").text();
    assertThat(log)
        .contains(USER.toString(), reason)
        .contains("message.open-refused")
        .doesNotContain(subject)
        .doesNotContain(address.substring(address.indexOf("message=") + 8));
    assertThat(visit.complaints()).isEmpty();
    visit.close();

    awaitLetter(USER, reason);
    itsUserIsToldUntilHeHasSeenIt(subject, reason);
    aMessageIsNotForTheDomain(address);
  }

  @Test
  void anOpenedMessageRunsNothingOnThePagesOfTheConsole() throws Exception {
    visit.signedIn(HostileMail.MAILBOX, desktop(), "");
    visit
        .page()
        .locator(".message-link", new Page.LocatorOptions().setHasText(HostileMail.ATTACHMENTS))
        .first()
        .click();
    String address = allow("webmail-allow-hostile");
    visit.close();
    visit.arrive(desktop());
    Page page = visit.page();
    signIn(page, "admin/mailbox.xhtml?address=" + HostileMail.MAILBOX, HOST);
    open(page, "This one: <" + address + ">. Is it harmful?", "asked whether it harms", PASSWORD);
    assertThat(page.locator("#opened")).isVisible();
    assertThat(page.locator("main table")).containsText("script_"); // names as they would be saved
    assertThat(page.locator("main script, main img, main iframe, main object, main form"))
        .hasCount(0);
    visit.screenshot("console-opened-hostile");
    assertThat(visit.complaints()).isEmpty();
  }

  /** As its user does it, of the message that is open; the address that he sends. */
  private String allow(String screenshot) throws IOException {
    Page page = visit.page();
    page.locator(".more-tools").click();
    page.locator("[data-allow]").click();
    page.locator("#allow .allow-yes").click();
    assertThat(page.locator("#allow .allowed")).isVisible();
    assertThat(page.locator("#allow-address")).isVisible();
    page.locator(".allow-copy").click();
    assertThat(page.locator(".allow-copied")).not().isEmpty();
    visit.screenshot(screenshot);
    assertThat(visit.complaints()).isEmpty();
    String address = page.locator("#allow-address").inputValue();
    page.reload();
    visit.awaitReady();
    assertThat(page.locator("#reader .allowed-here")).isVisible();
    return address;
  }

  private static void open(Page page, String link, String reason, String password) {
    if (!page.locator("#open").isVisible()) { // it is, behind a refusal
      page.locator("[data-dialog=open]").click();
    }
    page.locator("#link").fill(link);
    page.locator("#open-reason").fill(reason);
    page.locator("#open-password").fill(password);
    page.locator("#open [type=submit]").click();
  }

  private void itsUserIsToldUntilHeHasSeenIt(String subject, String reason) throws IOException {
    visit.signedIn(
        USER, phone(390).setLocale("it-IT").setColorScheme(ColorScheme.DARK), "mailbox.xhtml");
    assertThat(visit.page().locator(".opened-by-host")).containsText("ha aperto un tuo messaggio");
    visit.screenshot("webmail-phone-it-opened");
    visit.close();
    Page page = visit.signedIn(USER, desktop(), "mailbox.xhtml");
    Locator bar = page.locator(".opened-by-host");
    assertThat(bar).containsText(HOST);
    assertThat(bar).containsText(subject);
    visit.screenshot("webmail-opened");
    bar.locator("[data-requests]").click();
    assertThat(page.locator(".own-openings")).containsText(reason);
    visit.screenshot("webmail-openings");
    page.locator("#requests [data-close]").first().click();
    bar.locator("[data-seen]").click();
    assertThat(bar).hasCount(0);
    page.reload();
    visit.awaitReady();
    assertThat(bar).hasCount(0);
    page.locator("#tasks [data-requests]").click();
    assertThat(page.locator(".own-openings")).containsText(subject);
    assertThat(visit.complaints()).isEmpty();
    visit.close();
  }

  private void aMessageIsNotForTheDomain(String address) throws IOException {
    visit.arrive(phone(390).setLocale("it-IT").setColorScheme(ColorScheme.DARK));
    signIn(visit.page(), "admin/mailbox.xhtml?address=" + USER, DOMAIN);
    assertThat(visit.page().locator("[data-dialog=open]")).hasCount(0);
    FormData form =
        FormData.create()
            .set("address", USER.toString())
            .set("link", address)
            .set("reason", "curious")
            .set("password", PASSWORD);
    assertThat(visit.context().request().post("admin/open", fromOurPage().setForm(form)).status())
        .isEqualTo(404);
    visit.close();
    visit.arrive(phone(390).setLocale("it-IT").setColorScheme(ColorScheme.DARK));
    signIn(visit.page(), "admin/mailbox.xhtml?address=" + USER, HOST);
    visit.page().locator("[data-dialog=open]").click();
    assertThat(visit.page().locator("#open")).isVisible();
    visit.screenshot("console-phone-open");
    assertThat(visit.complaints()).isEmpty();
  }

  static void signIn(Page page, String place, String name) {
    page.navigate(place);
    page.locator("#name").fill(name);
    page.locator("#password").fill(PASSWORD);
    page.locator("button[type=submit]").click();
    assertThat(page.locator("main h1")).isVisible();
    assertThat(page.locator("body")).hasAttribute("data-ready", "true");
  }

  /** As its user does it, on the oldest day. */
  private void requestWholeMailbox(String reason) {
    try (WebmailVisit user = visit.another(desktop())) {
      user.signIn("mailbox.xhtml?day=2000-01-01", STUDIO, shared.password(STUDIO));
      user.awaitReady();
      Page page = user.page();
      page.locator(".daybar [data-restore=day]").click();
      page.locator("#restore #reason").fill(reason);
      assertThat(page.locator(".restore-sum")).containsText("Price: 2.50");
      page.locator("#restore .restore-send").click();
      assertThat(page.locator("#restore .restore-sent")).isVisible();
    }
  }

  /** Waits for a letter with these words; the request that it is about. */
  private UUID awaitLetter(MailboxAddress mailbox, String words) throws Exception {
    long end = System.nanoTime() + 60_000_000_000L;
    while (System.nanoTime() < end) {
      for (Path file : files(mailbox, "new")) {
        String letter =
            Files.readString(file, StandardCharsets.ISO_8859_1)
                .replace("=\n", "")
                .replace("=3D", "=");
        if (letter.contains(words)) {
          Matcher request = REQUEST.matcher(letter);
          return request.find() ? UUID.fromString(request.group(1)) : new UUID(0, 0);
        }
      }
      TimeUnit.MILLISECONDS.sleep(200); // between two looks
    }
    throw new AssertionError("no letter to " + mailbox + " says: " + words);
  }

  private long messages(MailboxAddress mailbox) throws IOException {
    Path maildir = maildir(mailbox);
    try (Stream<Path> files = Files.walk(maildir)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getParent().endsWith("cur"))
          .count();
    }
  }

  private List<Path> files(MailboxAddress mailbox, String part) throws IOException {
    try (Stream<Path> files = Files.list(maildir(mailbox).resolve(part))) {
      return files.toList();
    }
  }

  private Path maildir(MailboxAddress mailbox) {
    return shared.host().mail().resolve(mailbox.domain()).resolve(mailbox.localPart());
  }

  private static long number(Locator of) {
    return Long.parseLong(of.textContent().replaceAll("\\D", ""));
  }
}
