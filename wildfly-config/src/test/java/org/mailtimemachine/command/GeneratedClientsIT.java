package org.mailtimemachine.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailtimemachine.client.console.api.AuditLogApi;
import org.mailtimemachine.client.console.api.ChargesApi;
import org.mailtimemachine.client.console.api.MailboxesApi;
import org.mailtimemachine.client.console.api.NightsApi;
import org.mailtimemachine.client.console.model.LogLine;
import org.mailtimemachine.client.console.model.Mailbox;
import org.mailtimemachine.client.console.model.RejectRequestRequest;
import org.mailtimemachine.client.mailbox.ApiClient;
import org.mailtimemachine.client.mailbox.ApiException;
import org.mailtimemachine.client.mailbox.api.DaysApi;
import org.mailtimemachine.client.mailbox.api.MessagesApi;
import org.mailtimemachine.client.mailbox.api.RestoreRequestsApi;
import org.mailtimemachine.client.mailbox.model.Folder;
import org.mailtimemachine.client.mailbox.model.MessageLine;
import org.mailtimemachine.client.mailbox.model.Request;
import org.mailtimemachine.client.mailbox.model.Snapshot;
import org.mailtimemachine.client.mailbox.model.Wanted;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.ApiToken;
import org.mailtimemachine.restore.administrator.TokenGrant.Scope;

/**
 * The REST interfaces, by clients that were generated from what they say of themselves: a document
 * that is wrong does not compile, or does not find what is there.
 */
@WithSharedHost
class GeneratedClientsIT {

  private static final MailboxAddress USER = SharedHost.READING;
  private static final String HOST = "client-host";
  private static final String DOMAIN = "client-domain";
  private static final String PASSWORD = "seven paper lanterns";

  private static ApiToken writer;
  private static ApiToken reader;
  private static ApiToken ofDomain;

  private final SharedHost.Running shared;
  private final ApiClient mailbox;
  private final Map<Path, byte[]> lost = new HashMap<>();

  GeneratedClientsIT(SharedHost.Running shared) {
    this.shared = shared;
    this.mailbox = new ApiClient();
    mailbox.updateBaseUri(base(""));
    mailbox.setRequestInterceptor(
        request -> request.header("Authorization", basic(USER, shared.password(USER))));
  }

  @BeforeAll
  static void prepare(SharedHost.Running shared) throws Exception {
    try (AdministratorAccounts accounts =
        AdministratorAccounts.open(shared.host().database(), Clock.systemUTC())) {
      accounts.add(new Administrator(HOST, "", Locale.ENGLISH, Optional.empty(), false), PASSWORD);
      accounts.add(
          new Administrator(DOMAIN, "", Locale.ENGLISH, Optional.of(Set.of("studio.test")), false),
          PASSWORD);
      writer = accounts.makeToken(HOST, "client", Scope.WRITE, 1);
      reader = accounts.makeToken(HOST, "watcher", Scope.READ, 1);
      ofDomain = accounts.makeToken(DOMAIN, "client", Scope.WRITE, 1);
    }
  }

  private String base(String path) {
    String address = shared.host().address().resolve(path).toString();
    return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
  }

  private static String basic(MailboxAddress user, String password) {
    return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
  }

  private org.mailtimemachine.client.console.ApiClient console(ApiToken token) {
    org.mailtimemachine.client.console.ApiClient console =
        new org.mailtimemachine.client.console.ApiClient();
    console.updateBaseUri(base("admin"));
    console.setRequestInterceptor(
        request -> request.header("Authorization", "Bearer " + token.text()));
    return console;
  }

  private org.mailtimemachine.client.console.api.RestoreRequestsApi decisions(ApiToken token) {
    return new org.mailtimemachine.client.console.api.RestoreRequestsApi(console(token));
  }

  private Snapshot newest() throws ApiException {
    return new DaysApi(mailbox).snapshots().getFirst();
  }

  private Folder inbox(Snapshot day) throws ApiException {
    return new DaysApi(mailbox)
        .folders(day.getName()).stream()
            .filter(folder -> "INBOX".equals(folder.getName()))
            .findFirst()
            .orElseThrow();
  }

  private List<Path> live() throws IOException {
    try (var files =
        Files.list(
            shared.host().mail().resolve(USER.domain()).resolve(USER.localPart()).resolve("cur"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void aUsersProgramReadsADayDownToTheBytesOfAMessage() throws Exception {
    Snapshot day = newest();
    Folder inbox = inbox(day);
    List<MessageLine> lines =
        new DaysApi(mailbox)
            .messages(inbox.getId(), day.getName(), 2, 0, "asc", null, "size")
            .getMessages();
    MessageLine smallest = lines.getFirst();

    MessagesApi messages = new MessagesApi(mailbox);
    assertThat(inbox.getMessages()).isEqualTo(day.getMessages());
    assertThat(lines).hasSize(2);
    assertThat(messages.message(smallest.getId(), day.getName()).getSubject())
        .isEqualTo(smallest.getSubject());
    File eml = messages.eml(smallest.getId(), day.getName());
    assertThat(live()).anySatisfy(file -> assertThat(file).hasSameBinaryContentAs(eml.toPath()));
    assertThat(new DaysApi(mailbox).archiveFolder(inbox.getId(), day.getName(), "mbox"))
        .isNotEmpty();
  }

  @Test
  void whatAUsersProgramRequestsIsConfirmedByAnAdministratorsAndTakenBack() throws Exception {
    Snapshot day = newest();
    List<Path> before = live();
    byte[] content = loses(before.getFirst());
    RestoreRequestsApi own = new RestoreRequestsApi(mailbox);
    Wanted wanted =
        new Wanted().day(day.getName()).addFoldersItem(inbox(day).getId()).reason("by program");
    UUID key = UUID.randomUUID();

    assertThat(own.plan(wanted).getMessages()).isEqualTo(1);
    Request filed = own.requestRestore(wanted, key);
    assertThat(own.requestRestore(wanted, key)).isEqualTo(filed);
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> own.requestRestore(wanted.reason("another"), key))
        .satisfies(e -> assertThat(e.getCode()).isEqualTo(409));
    assertThat(filed.getState()).isEqualTo("pending");
    assertThat(own.requests()).extracting(Request::getId).contains(key);

    String id = key.toString();
    assertThat(decisions(reader).request(id).getReason()).isEqualTo("by program");
    assertThatExceptionOfType(org.mailtimemachine.client.console.ApiException.class)
        .isThrownBy(() -> decisions(reader).confirmRequest(id, null))
        .satisfies(e -> assertThat(e.getCode()).isEqualTo(403));
    assertThatExceptionOfType(org.mailtimemachine.client.console.ApiException.class)
        .isThrownBy(() -> decisions(ofDomain).confirmRequest(id, null))
        .satisfies(e -> assertThat(e.getCode()).isEqualTo(404));
    assertThat(decisions(ofDomain).requests(null, USER.toString(), null, null).getTotal()).isZero();

    String once = UUID.randomUUID().toString();
    decisions(writer).confirmRequest(id, once);
    decisions(writer).confirmRequest(id, once);
    assertThatExceptionOfType(org.mailtimemachine.client.console.ApiException.class)
        .isThrownBy(() -> decisions(writer).confirmRequest(id, null))
        .satisfies(e -> assertThat(e.getResponseBody()).contains("NOT_PENDING", "remedy"));

    awaitState(id, "done");
    assertThat(live()).hasSameSizeAs(before).anySatisfy(file -> hasContent(file, content));
    assertThat(own.request(key).getAdded()).isEqualTo(1);

    decisions(writer).takeBackRequest(id, null);
    awaitState(id, "taken-back");
    assertThat(live()).hasSize(before.size() - 1);
    List<LogLine> log = new AuditLogApi(console(reader)).log(null, 20, USER.toString());
    assertThat(log)
        .filteredOn(line -> line.getDetail().contains(id))
        .extracting(LogLine::getWho)
        .contains(HOST + " by token client");
  }

  /** The user loses a message, which is there again for the other tests of this host. */
  private byte[] loses(Path message) throws IOException {
    byte[] content = Files.readAllBytes(message);
    Files.delete(message);
    lost.put(message, content);
    return content;
  }

  @AfterEach
  void bringBack() throws IOException {
    for (var each : lost.entrySet()) {
      Files.write(each.getKey(), each.getValue());
    }
  }

  private static void hasContent(Path file, byte[] content) throws IOException {
    assertThat(Files.readAllBytes(file)).isEqualTo(content);
  }

  private void awaitState(String id, String state) throws Exception {
    Instant end = Instant.now().plusSeconds(60);
    while (!decisions(reader).request(id).getState().equals(state)) {
      assertThat(Instant.now()).as(decisions(reader).request(id).toString()).isBefore(end);
      Thread.sleep(100);
    }
  }

  @Test
  void aRequestIsWithdrawnOrRejectedWithAReason() throws Exception {
    Path message = live().getLast();
    byte[] content = loses(message);
    RestoreRequestsApi own = new RestoreRequestsApi(mailbox);
    Wanted wanted = new Wanted().day(newest().getName()).wholeMailbox(true);

    UUID first = own.requestRestore(wanted, null).getId();
    assertThat(own.withdrawRequest(first).getState()).isEqualTo("withdrawn");
    String second = own.requestRestore(wanted, null).getId().toString();
    assertThatExceptionOfType(org.mailtimemachine.client.console.ApiException.class)
        .isThrownBy(
            () ->
                decisions(writer)
                    .rejectRequest(second, new RejectRequestRequest().reason(" "), null))
        .satisfies(e -> assertThat(e.getResponseBody()).contains("\"field\":\"reason\""));
    decisions(writer)
        .rejectRequest(second, new RejectRequestRequest().reason("it is in the archive"), null);
    assertThat(own.request(UUID.fromString(second)).getAnswer()).isEqualTo("it is in the archive");

    Files.write(message, content); // by hand
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> own.requestRestore(wanted, null))
        .satisfies(e -> assertThat(e.getResponseBody()).contains("NOTHING_MISSING"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"day\":\"DAY\"}",
        "{\"day\":\"DAY\",\"folder\":[\"6b6e3a4e-0f4e-4d52-9f0a-000000000000\"]}",
        "{\"day\":\"DAY\",\"wholeMailbox\":true,\"folders\":[\"6b6e3a4e-0f4e-4d52-9f0a-000000000000\"]}",
        "{\"day\":\"DAY\",\"folders\":[null]}",
        "{\"day\":\"DAY\",\"folders\":[]}",
        "{\"day\":\"DAY\",\"folders\":[\"no id\"]}",
        "{\"day\":\"../../etc\",\"wholeMailbox\":true}",
        "{\"day\":\"DAY\",\"wholeMailbox\":true,\"reason\":\"\\u0000\"}",
        "{\"day\":\"DAY\",\"wholeMailbox\":\"yes\"",
        "[]",
        ""
      })
  void aRequestThatMayMeanSomethingElseIsRefused(String body) throws Exception {
    HttpResponse<String> answer = post(body.replace("DAY", newest().getName()));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
  }

  @Test
  void whatIsWrongInARequestIsNamedInOurWords() throws Exception {
    String day = newest().getName();

    assertThat(post("{\"day\":\"%s\",\"folder\":[]}".formatted(day)).body())
        .contains("there is no field folder");
    String whole = "{\"day\":\"%s\",\"wholeMailbox\":true}".formatted(day);
    assertThat(post(whole, "Idempotency-Key", "x").body())
        .contains("Idempotency-Key must be a UUID")
        .doesNotContain("RESTEASY");
  }

  @Test
  void aRequestForWhatIsNotThereIsNotFoundAlsoInPart() throws Exception {
    String day = newest().getName();
    String foreign = UUID.randomUUID().toString();
    String own = inbox(newest()).getId().toString();

    for (String body :
        List.of(
            "{\"day\":\"%s\",\"folders\":[\"%s\",\"%s\"]}".formatted(day, own, foreign),
            "{\"day\":\"%s\",\"messages\":[\"%s\"]}".formatted(day, foreign),
            "{\"day\":\"2001-01-01\",\"wholeMailbox\":true}")) {
      assertThat(post(body).statusCode()).as(body).isEqualTo(404);
    }
  }

  private HttpResponse<String> post(String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base("api/v1/requests")))
            .header("Authorization", basic(USER, shared.password(USER)))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void anAdministratorsProgramReadsMailboxesNightsAndChargesOfItsDomainsAlone() throws Exception {
    MailboxesApi all = new MailboxesApi(console(reader));
    MailboxesApi some = new MailboxesApi(console(ofDomain));

    assertThat(all.mailboxes(1, 0, null).getMailboxes()).hasSize(1);
    assertThat(all.mailboxes(1, 0, null).getTotal()).isGreaterThan(3);
    assertThat(some.mailboxes(null, null, null).getMailboxes())
        .isNotEmpty()
        .extracting(Mailbox::getAddress)
        .allSatisfy(address -> assertThat(address).endsWith("@studio.test"));
    assertThat(all.days(USER.toString())).isNotEmpty();
    assertThatExceptionOfType(org.mailtimemachine.client.console.ApiException.class)
        .isThrownBy(() -> some.days(USER.toString()))
        .satisfies(e -> assertThat(e.getCode()).isEqualTo(404));
    assertThat(new NightsApi(console(reader)).nights(1)).hasSize(1);
    assertThatExceptionOfType(org.mailtimemachine.client.console.ApiException.class)
        .isThrownBy(() -> new NightsApi(console(ofDomain)).nightStatus())
        .satisfies(e -> assertThat(e.getResponseBody()).contains("OF_HOST"));
    assertThat(new ChargesApi(console(reader)).charges(null, null, null, null, null)).isNotNull();
    for (String text : List.of("\u0001", "x".repeat(321))) {
      assertThatExceptionOfType(org.mailtimemachine.client.console.ApiException.class)
          .isThrownBy(() -> new AuditLogApi(console(reader)).log(null, null, text))
          .satisfies(e -> assertThat(e.getResponseBody()).contains("\"field\":\"text\""));
    }
  }

  @Test
  void bothInterfacesSayWhatTheyAre() throws Exception {
    for (String path : List.of("", "admin/")) {
      HttpResponse<String> document =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(base(path + "api/v1/openapi.json")))
                      .header(
                          "Authorization",
                          path.isEmpty()
                              ? basic(USER, shared.password(USER))
                              : "Bearer " + reader.text())
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(document.statusCode()).isEqualTo(200);
      assertThat(document.body()).contains("\"openapi\"", "/api/v1/requests");
    }
  }
}
