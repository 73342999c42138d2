package org.mailtimemachine.command;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Frame;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitUntilState;
import jakarta.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * HTML mail stands behind three walls: the sanitiser, the frame's sandbox, and the
 * Content-Security-Policy of what is in it. Each meets the vectors alone, with the two others taken
 * away, and then all together, in the webmail itself. No script may run, nothing be asked for
 * before consent, no form be sent, the top window go nowhere, and nothing of the application be
 * covered.
 *
 * <p>Two walls at least hold each vector. Requests are no business of a sandbox: the sanitiser and
 * the policy hold them. Overlays are kept in by the frame, whose edge is the wall, and taken out by
 * the sanitiser. {@code link-preconnect} and {@code link-dns-prefetch} have no directive in any
 * policy: the sanitiser leaves neither link nor meta, and {@code X-DNS-Prefetch-Control: off}
 * stands on every answer. Two more are held by one wall: what a reader clicks on ({@code
 * go-download}, {@code go-external-protocol}) is stopped by the sanitiser, for the policy allows
 * links, and the browser asks before it starts another program.
 */
@WithSharedHost
@Timeout(120) // seconds; a browser may never answer
class ThreeWallsIT {

  /**
   * Chromium takes it for one more window that the sandbox lets open, though it lets no form be
   * sent. The policy and the sanitiser hold it.
   */
  private static final String FORM_THAT_OPENS_A_WINDOW = "/form-to-a-new-window";

  /** So many vectors act where there is no wall; the others did so in other browsers. */
  private static final int BITING = 200;

  /** Names of all attributes in the text of the open message. */
  private static final String ATTRIBUTES_OF_THE_TEXT =
      """
      () => Array.from(document.querySelectorAll(".plain-text *"))
        .flatMap(element => Array.from(element.attributes).map(attribute => attribute.name))
      """;

  private static Elsewhere elsewhere;
  private static Chromium chromium;

  private final SharedHost.Running shared;
  private WebmailVisit visit;

  ThreeWallsIT(SharedHost.Running shared) {
    this.shared = shared;
  }

  @BeforeAll
  static void startChromium() throws Exception {
    elsewhere = Elsewhere.open();
    chromium = Chromium.start(elsewhere.browserOptions());
  }

  @AfterAll
  static void stopChromium() throws Exception {
    if (chromium != null) {
      chromium.close();
    }
    elsewhere.close();
  }

  @BeforeEach
  void forget() {
    elsewhere.forget();
  }

  @AfterEach
  void close() {
    if (visit != null) {
      visit.close();
    }
  }

  private static final Set<String> SCRIPTS = Set.of("script", "event-image-error", "svg-load");
  private static final Set<String> REQUESTS =
      Set.of("/media-image", "/style-import", "/link-stylesheet");

  @Test
  void withoutAnyWallTheVectorsDoWhatTheySay() throws Exception {
    // scripts and forms are let, but not to lead the test itself away
    try (FramedPages application = rawPages("sandbox=\"allow-scripts allow-forms\"", "");
        WebmailVisit bare = visit(application)) {
      Reader reader = new Reader(bare.page());
      bare.page()
          .navigate("/", new Page.NavigateOptions().setWaitUntil(WaitUntilState.DOMCONTENTLOADED));

      // in whatever order the browser comes to them
      bare.page()
          .waitForCondition(
              () ->
                  reader.ran().size() + elsewhere.asked().size() >= BITING
                      && reader.ran().containsAll(SCRIPTS)
                      && elsewhere.asked().containsAll(REQUESTS));
    }
  }

  @Test
  void theSandboxAloneHoldsScriptsFormsAndTheTopWindow() throws Exception {
    try (FramedPages application = rawPages("sandbox=\"" + productsSandbox() + "\"", "");
        WebmailVisit behind = visit(application)) {
      Reader reader = read(behind);

      assertThat(reader.ran()).isEmpty();
      assertThat(elsewhere.asked())
          .contains("/media-image") // not its business, and the proof that it would be seen
          .noneMatch(
              path -> path.startsWith("/form-") && !path.startsWith(FORM_THAT_OPENS_A_WINDOW))
          .noneMatch(path -> path.startsWith("/go-meta-refresh"));
      assertThat(reader.wentTo()).containsExactly(application.address().toString());
      assertThat(reader.seenAbove()).isEqualTo("bar");
    }
  }

  @Test
  void thePolicyAloneHoldsEverything() throws Exception {
    try (FramedPages application = rawPages("", productsPolicy());
        WebmailVisit behind = visit(application)) {
      Reader reader = read(behind);

      assertThat(reader.ran()).isEmpty();
      assertThat(elsewhere.asked()).isEmpty();
      assertThat(reader.wentTo()).containsExactly(application.address().toString());
      assertThat(reader.seenAbove()).isEqualTo("bar");
    }
  }

  @Test
  void theSanitiserAloneHoldsEverything() throws Exception {
    List<HostilePage> pages = new ArrayList<>();
    for (String id : vectorMessages()) {
      HttpResponse<byte[]> answer = get(messages() + id + "/html");
      assertThat(answer.statusCode()).isEqualTo(200);
      pages.add(
          new HostilePage(
              answer.headers().firstValue("Content-Type").orElseThrow(), answer.body()));
    }
    try (FramedPages application = FramedPages.serve(pages, "", "");
        WebmailVisit behind = visit(application)) {
      Reader reader = read(behind);

      assertThat(reader.ran()).isEmpty();
      assertThat(elsewhere.asked()).isEmpty();
      assertThat(reader.outOfPlace()).isEmpty();
      assertThat(reader.wentTo()).containsExactly(application.address().toString());
      assertThat(reader.seenAbove()).isEqualTo("bar");
      assertThat(behind.complaints()).isEmpty();
    }
  }

  @Test
  void thePageForThePrinterLetsNothingActEither() throws Exception {
    HttpResponse<byte[]> page = get(messages() + vectorMessages().getFirst() + "/print");

    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .startsWith("sandbox ")
        .contains("default-src 'none'", "form-action 'none'", "base-uri 'none'")
        .doesNotContain("script", "allow-forms", "allow-popups", "allow-top-navigation");
  }

  @Test
  void inTheReadingPaneNothingHappensAndAfterConsentOnlyPicturesCome() throws Exception {
    signIn("mailbox.xhtml?q=" + encoded("Vectors:"));
    Reader reader = new Reader(visit.page());
    Locator rows = visit.page().locator("a.message-link");
    assertThat(rows).hasCount(vectorMessages().size());

    for (int i = 0; i < vectorMessages().size(); i++) {
      rows.nth(i).click();
      String message = rows.nth(i).getAttribute("data-id");
      openedFrame(message);
      reader.touchAll();
      assertThat(reader.outOfPlace()).isEmpty();
      assertThat(visit.page().locator(".daybar .day-sentence")).isVisible();
    }
    assertThat(reader.ran()).isEmpty();
    assertThat(elsewhere.asked()).isEmpty();
    assertThat(reader.wentTo())
        .allMatch(place -> place.startsWith(shared.host().address() + "mailbox.xhtml"));
    assertThat(visit.complaints()).isEmpty();

    List<String> kinds = new ArrayList<>();
    visit
        .context()
        .onRequest(
            request -> {
              if (request.url().contains("ask.example")) {
                kinds.add(request.resourceType());
              }
            });
    Locator pictures =
        rows.filter(
            new Locator.FilterOptions()
                .setHasText(HostileMail.subject("Pictures and media from elsewhere")));
    pictures.click();
    openedFrame(pictures.getAttribute("data-id"));
    visit.page().locator(".bar.blocked button").first().click();
    visit
        .page()
        .waitForCondition(() -> elsewhere.asked().contains("/media-image") && !kinds.isEmpty());
    assertThat(kinds).isNotEmpty().containsOnly("image");
    assertThat(reader.ran()).isEmpty();
  }

  @Test
  void hostileTextsAreNothingButTextWhereverTheyStand() throws Exception {
    signIn("mailbox.xhtml?sort=subject&order=asc");
    Page page = visit.page();
    Reader reader = new Reader(page);
    assertThat(page.locator(".folder", new Page.LocatorOptions().setHasText("<script>")))
        .not()
        .hasCount(0);
    assertThat(page.locator(".subject", new Page.LocatorOptions().setHasText("#{7*7191}")))
        .hasCount(1);

    page.navigate("mailbox.xhtml?q=" + encoded(HostileMail.TEXTS));
    visit.awaitReady();
    page.locator("a.message-link").first().click();
    assertThat(page.locator(".plain-text")).containsText("#{7*7191}");
    for (Object html : (List<?>) page.evaluate(ATTRIBUTES_OF_THE_TEXT)) {
      assertThat(html).isIn("class", "target", "rel", "href");
    }

    page.navigate("mailbox.xhtml?q=" + encoded(HostileMail.ATTACHMENTS));
    visit.awaitReady();
    page.locator("a.message-link").first().click();
    assertThat(page.locator(".attachments li")).hasCount(HostileHtml.texts().size() + 1);

    String text = String.join(" ", HostileHtml.texts().subList(0, 6));
    for (String parameter : List.of("q", "day", "folder", "message", "sort", "page")) {
      page.navigate("mailbox.xhtml?" + parameter + "=" + encoded(text.substring(0, 190)));
      assertThat(page.locator("body")).hasAttribute("data-ready", "true");
    }
    page.navigate("signin.xhtml?to=" + encoded(text) + "&address=" + encoded(text));
    assertThat(page.locator("#address")).hasValue(text);
    assertThat(page.content()).doesNotContain(Integer.toString(7 * 7191));
    assertThat(reader.ran()).isEmpty();
    assertThat(elsewhere.asked()).isEmpty();
  }

  private static FramedPages rawPages(String frameAttributes, String policy) throws Exception {
    List<HostileHtml> vectors = HostileHtml.all();
    assertThat(vectors).hasSizeGreaterThanOrEqualTo(300);
    return FramedPages.serve(HostilePage.of(vectors), frameAttributes, policy);
  }

  private static WebmailVisit visit(FramedPages application) {
    return chromium.visit(
        application.address(), new Browser.NewContextOptions().setViewportSize(1600, 900));
  }

  private static Reader read(WebmailVisit visit) {
    Reader reader = new Reader(visit.page());
    visit.page().navigate("/");
    reader.touchAll();
    // what was set off has been answered when an answer to something later is there
    visit.page().evaluate("() => fetch('/', {cache: 'no-store'}).then(answer => answer.text())");
    return reader;
  }

  private void signIn(String place) {
    visit =
        chromium.visit(
            shared.host().address(),
            new Browser.NewContextOptions().setLocale("en-GB").setViewportSize(1440, 900));
    visit.signIn(place, HostileMail.MAILBOX, shared.password(HostileMail.MAILBOX));
    visit.awaitReady();
  }

  private Frame openedFrame(String message) {
    Pattern address = Pattern.compile(".*" + Pattern.quote(message + "/html"));
    visit.page().waitForCondition(() -> visit.page().frameByUrl(address) != null);
    Frame frame = visit.page().frameByUrl(address);
    frame.waitForLoadState();
    return frame;
  }

  private String productsSandbox() {
    signIn("mailbox.xhtml?q=" + encoded("Vectors:"));
    visit.page().locator("a.message-link").first().click();
    return visit.page().locator("iframe.html").getAttribute("sandbox");
  }

  private String productsPolicy() throws Exception {
    return get(messages() + vectorMessages().getFirst() + "/html")
        .headers()
        .firstValue("Content-Security-Policy")
        .orElseThrow();
  }

  private List<String> vectorMessages() throws Exception {
    JsonObject page =
        Json.of(get("snapshots/%s/folders/%s/messages?q=Vectors:".formatted(snapshot(), inbox())))
            .asJsonObject();
    return page.getJsonArray("messages").getValuesAs(JsonObject.class).stream()
        .map(message -> message.getString("id"))
        .toList();
  }

  private String messages() throws Exception {
    return "snapshots/" + snapshot() + "/messages/";
  }

  private String inbox() throws Exception {
    return Json.of(get("snapshots/" + snapshot() + "/folders"))
        .asJsonArray()
        .getJsonObject(0)
        .getString("id");
  }

  private String snapshot() throws Exception {
    return Json.of(get("snapshots")).asJsonArray().getJsonObject(0).getString("name");
  }

  private HttpResponse<byte[]> get(String path) throws Exception {
    return shared.host().get(HostileMail.MAILBOX, shared.password(HostileMail.MAILBOX), path);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
