package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mirror.copy.Gap;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.ApiToken;
import org.mailtimemachine.restore.administrator.TokenGrant.Scope;

/** Programs at the console: mirrors and gaps by tokens. */
@WithSharedHost
class ConsoleRestIT {

  private static final String HOST = "rest-host";
  private static final String DOMAIN = "rest-domain";
  private static final String PASSWORD = "nine wooden boats";

  private static ApiToken reader;
  private static ApiToken writer;
  private static ApiToken ofDomain;

  private final HttpClient client = HttpClient.newHttpClient();
  private final SharedHost.Running shared;

  ConsoleRestIT(SharedHost.Running shared) {
    this.shared = shared;
  }

  @BeforeAll
  static void prepare(SharedHost.Running shared) throws Exception {
    try (AdministratorAccounts accounts = accounts(shared)) {
      accounts.add(new Administrator(HOST, "", Locale.ENGLISH, Optional.empty(), false), PASSWORD);
      accounts.add(
          new Administrator(DOMAIN, "", Locale.ENGLISH, Optional.of(Set.of("demo.test")), false),
          PASSWORD);
      reader = accounts.makeToken(HOST, "reader", Scope.READ, 1);
      writer = accounts.makeToken(HOST, "writer", Scope.WRITE, 1);
      ofDomain = accounts.makeToken(DOMAIN, "writer", Scope.WRITE, 1);
    }
  }

  private static AdministratorAccounts accounts(SharedHost.Running shared) throws IOException {
    return AdministratorAccounts.open(shared.host().database(), Clock.systemUTC());
  }

  private record Told(int status, String type, String text) {
    JsonObject json() {
      try (JsonReader json = Json.createReader(new StringReader(text))) {
        return json.readObject();
      }
    }

    void isProblem(int expected, String field) {
      assertThat(status).as(text).isEqualTo(expected);
      assertThat(type).isEqualTo("application/problem+json");
      assertThat(json().getString("field", "")).isEqualTo(field);
      assertThat(json().getString("remedy", "")).isNotEmpty();
    }
  }

  private Told ask(String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(shared.host().address().resolve("admin/api/v1/" + path))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    for (int header = 0; header < headers.length; header += 2) {
      request.header(headers[header], headers[header + 1]);
    }
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Told(
        answer.statusCode(),
        answer.headers().firstValue("Content-Type").orElse("").split(";", -1)[0],
        answer.body());
  }

  private Told as(ApiToken token, String method, String path, String body) throws Exception {
    return ask(method, path, body, "Authorization", "Bearer " + token.text());
  }

  @Test
  void aProgramMakesChangesAndEndsAMirrorOnceForEachKey() throws Exception {
    String key = UUID.randomUUID().toString();
    String wanted = "{\"source\":\"rest@studio.test\",\"days\":30,\"ownMailbox\":true}";
    String[] headers = {"Authorization", "Bearer " + writer.text(), "Idempotency-Key", key};

    Told made = ask("POST", "mirrors", wanted, headers);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.json().getString("mailbox")).isEqualTo("_mirror_rest@studio.test");
    assertThat(made.json().getString("password")).isNotEmpty();
    assertThat(ask("POST", "mirrors", wanted, headers)).isEqualTo(made);
    ask("POST", "mirrors", wanted.replace("30", "31"), headers).isProblem(409, "Idempotency-Key");
    JsonObject mirror = made.json().getJsonObject("mirror");
    assertThat(mirror.getString("madeBy")).isEqualTo(HOST + " by token writer");
    String one = "mirrors/" + mirror.getString("id");

    as(writer, "POST", "mirrors", wanted).isProblem(409, "source");
    as(writer, "POST", "mirrors", wanted.replace("30", "0")).isProblem(400, "days");
    as(writer, "PATCH", one, "{\"existing\":[\"nobody@studio.test\"]}").isProblem(400, "existing");
    as(writer, "PATCH", one, "{\"existing\":[\"info@studio.test\"]}")
        .isProblem(409, "olderMailMayGo");
    as(writer, "PATCH", one, "{\"days\":7}").isProblem(409, "olderMailMayGo");
    Told changed = as(writer, "PATCH", one, "{\"days\":60}");
    assertThat(changed.json().getInt("days")).isEqualTo(60);
    assertThat(as(reader, "GET", one, "").json()).isEqualTo(changed.json());

    Told password = as(writer, "POST", one + "/password", "");
    assertThat(password.json().getString("password"))
        .isNotEqualTo(made.json().getString("password"));

    for (String foreign : List.of("GET", "PATCH", "DELETE")) {
      assertThat(as(ofDomain, foreign, one, "{\"days\":61}").status()).isEqualTo(404);
    }
    as(ofDomain, "POST", "mirrors", wanted).isProblem(403, "source");

    assertThat(as(writer, "DELETE", one, "").json().getString("ended")).isNotEmpty();
    as(writer, "DELETE", one, "").isProblem(409, "id");
  }

  @Test
  void nothingIsWrittenWithoutATokenThatMayWriteAndOneThatIsRevokedIsOverAtOnce() throws Exception {
    String wanted = "{\"source\":\"never@studio.test\",\"days\":30,\"ownMailbox\":true}";
    String basic =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((HOST + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));

    assertThat(ask("POST", "mirrors", wanted).status()).isEqualTo(401);
    assertThat(ask("POST", "mirrors", wanted, "Authorization", basic).status()).isEqualTo(401);
    assertThat(as(reader, "POST", "mirrors", wanted).status()).isEqualTo(403);
    assertThat(as(ApiToken.fresh(), "POST", "mirrors", wanted).status()).isEqualTo(401);
    assertThat(as(ApiToken.fresh(), "GET", "mirrors", "").status()).isEqualTo(401);
    try (AdministratorAccounts accounts = accounts(shared)) {
      ApiToken brief = accounts.makeToken(HOST, "short", Scope.READ, 1);
      assertThat(as(brief, "GET", "mirrors", "").status()).isEqualTo(200);
      assertThat(as(brief, "GET", "mirrors", "").text()).doesNotContain("never@studio.test");
      accounts.revokeToken(HOST, "short");
      assertThat(as(brief, "GET", "mirrors", "").status()).isEqualTo(401);
      accounts.disable(DOMAIN, true);
      assertThat(as(ofDomain, "GET", "mirrors", "").status()).isEqualTo(401);
      accounts.disable(DOMAIN, false);
    }
  }

  @Test
  void aGapIsLookedAfterByTheDomainThatItConcerns() throws Exception {
    Gap gap =
        new Gap(
            Instant.parse("2026-03-01T08:00:00Z"),
            "4RestQ",
            "news@elsewhere.test",
            List.of("anna@demo.test", "info@studio.test"),
            "No space left on device");
    Path gaps =
        Files.createDirectories(TestHost.testDirectory().resolve("shared").resolve("mirror/gaps"));
    Files.writeString(gaps.resolve("2026-03"), "\n" + gap.text() + "\n");

    Told theirs = as(ofDomain, "GET", "gaps?text=4RestQ", "");
    assertThat(theirs.text()).contains("anna@demo.test").doesNotContain("studio.test");
    String id = theirs.json().getJsonArray("gaps").getJsonObject(0).getString("id");
    Told noted =
        as(ofDomain, "PATCH", "gaps/" + id, "{\"state\":\"done\",\"note\":\"sent again\"}");
    assertThat(noted.json().getString("by")).isEqualTo(DOMAIN + " by token writer");
    assertThat(as(ofDomain, "GET", "gaps?state=open&text=4RestQ", "").json().getInt("total"))
        .isZero();
    assertThat(as(reader, "GET", "gaps?state=open&text=4RestQ", "").text())
        .contains("info@studio.test")
        .doesNotContain("anna@demo.test");
    as(ofDomain, "PATCH", "gaps/" + id, "{\"state\":\"gone\"}").isProblem(400, "state");
    as(ofDomain, "PATCH", "gaps/0000", "{\"state\":\"done\"}").isProblem(404, "id");
    as(reader, "GET", "gaps?limit=0", "").isProblem(400, "limit");
  }
}
