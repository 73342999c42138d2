package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.MirrorSettings;
import org.mailtimemachine.mirror.server.MirrorServer;
import org.mailtimemachine.mirror.server.MirrorServerSettings;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.ApiToken;
import org.mailtimemachine.restore.administrator.TokenGrant.Scope;

/** What monitoring and balancers are told. */
@WithSharedHost
class WatchIT {

  private static final String HOST = "watch-host";
  private static final String DOMAIN = "watch-domain";
  private static final String PASSWORD = "seven wooden boats";
  private static final Path PROMTOOL = Path.of("/usr/bin/promtool");
  private static final Path MONITORING = Path.of("../packages/src/monitoring");

  private static ApiToken ofHost;
  private static ApiToken ofDomain;

  private final HttpClient client = HttpClient.newHttpClient();
  private final SharedHost.Running shared;

  WatchIT(SharedHost.Running shared) {
    this.shared = shared;
  }

  @BeforeAll
  static void prepare(SharedHost.Running shared) throws Exception {
    try (AdministratorAccounts accounts =
        AdministratorAccounts.open(shared.host().database(), Clock.systemUTC())) {
      accounts.add(new Administrator(HOST, "", Locale.ENGLISH, Optional.empty(), false), PASSWORD);
      accounts.add(
          new Administrator(DOMAIN, "", Locale.ENGLISH, Optional.of(Set.of("demo.test")), false),
          PASSWORD);
      ofHost = accounts.makeToken(HOST, "prometheus", Scope.READ, 1);
      ofDomain = accounts.makeToken(DOMAIN, "prometheus", Scope.READ, 1);
    }
  }

  private HttpResponse<String> ask(URI address, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    for (int header = 0; header < headers.length; header += 2) {
      request.header(headers[header], headers[header + 1]);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> as(ApiToken token, String path) throws Exception {
    // As Prometheus 3 asks.
    return ask(
        shared.host().address().resolve("admin/api/v1/" + path),
        "Authorization",
        "Bearer " + token.text(),
        "Accept",
        "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1");
  }

  private static JsonObject json(HttpResponse<String> answer) {
    try (JsonReader json = Json.createReader(new StringReader(answer.body()))) {
      return json.readObject();
    }
  }

  private static List<String> names(JsonObject health) {
    return health.getJsonArray("checks").getValuesAs(JsonObject.class).stream()
        .map(check -> check.getString("name"))
        .toList();
  }

  @Test
  void figuresAreForATokenOfAnAdministratorOfTheHost() throws Exception {
    HttpResponse<String> figures = as(ofHost, "metrics");
    assertThat(figures.statusCode()).isEqualTo(200);
    assertThat(figures.headers().firstValue("Content-Type"))
        .hasValueSatisfying(
            type -> assertThat(type.replace(" ", "")).startsWith("text/plain;version=0.0.4"));
    assertThat(figures.body())
        .contains(
            "\nmtm_store_up 1\n",
            "\nmtm_health_up{check=\"database\"} 1\n",
            "\nmtm_sign_ins_total{application=\"webmail\",way=\"page\",result=\"refused\"} ",
            "\nmtm_sign_ins_total{application=\"console\",way=\"token\",result=\"accepted\"} ",
            "\nprocess_open_fds ",
            "\nmtm_build_info{version=\"0.1.0")
        .containsPattern("\nmtm_night_mailboxes [1-9]")
        .doesNotContain("demo.test");

    assertThat(as(ofDomain, "metrics").statusCode()).isEqualTo(403);
    assertThat(as(ofDomain, "health").statusCode()).isEqualTo(403);
    assertThat(ask(shared.host().address().resolve("admin/api/v1/metrics")).statusCode())
        .isEqualTo(401);
  }

  @Test
  void prometheusItselfFindsNoFaultWithTheFigures() throws Exception {
    assumeTrue(Files.isExecutable(PROMTOOL), "there is no promtool on this machine");
    Path scrape = Files.createTempFile(TestHost.testDirectory(), "scrape", ".prom");
    Files.writeString(scrape, as(ofHost, "metrics").body());
    assertThat(run(scrape, PROMTOOL.toString(), "check", "metrics")).isEmpty();
  }

  /** What a program prints; nothing where it ended well. */
  private static String run(Path input, String... command) throws Exception {
    Path output = Files.createTempFile(TestHost.testDirectory(), "printed", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectInput(input.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() == 0 ? "" : Files.readString(output);
  }

  @Test
  void theHealthThatNeedsATokenNamesEverythingThatIsLookedAt() throws Exception {
    HttpResponse<String> health = as(ofHost, "health");
    JsonObject told = json(health);
    assertThat(names(told))
        .contains("database", "store", "last-night", "last-check", "disk", "indexing", "letters");
    assertThat(health.statusCode()).isEqualTo(told.getString("status").equals("UP") ? 200 : 503);
  }

  private HttpResponse<String> probe(String name) throws Exception {
    return ask(
        URI.create(
            "http://127.0.0.1:%d/health/%s".formatted(shared.host().managementPort(), name)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"live", "started", "ready"})
  void balancersAreToldNamesAndStatesAndNothingElse(String name) throws Exception {
    HttpResponse<String> answer = probe(name);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(json(answer).getString("status")).isEqualTo("UP");
    assertThat(names(json(answer)))
        .containsAnyElementsOf(List.of("threads", "console", "database"));
    assertThat(answer.body()).doesNotContain("detail", shared.host().mail().toString());
  }

  @Test
  void aServerWhoseStoreIsGoneIsNotReadyUntilItIsBack() throws Exception {
    Path store = shared.host().mail().resolveSibling("store");
    Path aside = store.resolveSibling("store-aside");
    Files.move(store, aside);
    try {
      HttpResponse<String> answer = probe("ready");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
      assertThat(answer.body()).doesNotContain(store.toString());
      assertThat(probe("live").statusCode()).isEqualTo(200);
    } finally {
      Files.move(aside, store);
    }
    assertThat(probe("ready").statusCode()).isEqualTo(200);
  }

  @Test
  void everyFigureThatRulesAndDashboardAskForIsTold(@TempDir Path directory) throws Exception {
    Set<String> told = told(as(ofHost, "metrics").body() + figuresOfAMirror(directory));
    String rules = Files.readString(MONITORING.resolve("prometheus-rules.yml"));
    String dashboard = Files.readString(MONITORING.resolve("grafana-dashboard.json"));
    assertThat(asked(rules)).hasSizeGreaterThan(10).isSubsetOf(told);
    assertThat(asked(dashboard)).hasSizeGreaterThan(20).isSubsetOf(told);
    try (JsonReader json = Json.createReader(new StringReader(dashboard))) {
      assertThat(json.readObject().getJsonArray("panels")).hasSizeGreaterThan(20);
    }
  }

  @Test
  void prometheusTakesTheRulesAndEachAlertComesWhenItShould() throws Exception {
    assumeTrue(Files.isExecutable(PROMTOOL), "there is no promtool on this machine");
    Path nothing = Path.of("/dev/null");
    Path rules = MONITORING.resolve("prometheus-rules.yml");
    Path tests = MONITORING.resolveSibling("test/resources/prometheus-rules-test.yml");
    assertThat(run(nothing, PROMTOOL.toString(), "check", "rules", rules.toString())).isEmpty();
    assertThat(run(nothing, PROMTOOL.toString(), "test", "rules", tests.toString())).isEmpty();
  }

  private String figuresOfAMirror(Path directory) throws Exception {
    int port = LoopbackPort.free();
    Map<String, String> values =
        Map.of(
            "mtm.mirror.directory", directory.resolve("mirrors").toString(),
            "mtm.maildirs", directory.resolve("mail").toString(),
            "mtm.mirror.listen", "127.0.0.1:0",
            "mtm.mirror.metrics.port", Integer.toString(port),
            "mtm.zone", "UTC");
    Function<String, Optional<String>> settings = name -> Optional.ofNullable(values.get(name));
    Files.createDirectories(directory.resolve("mail"));
    MirrorRegister.openOrMake(MirrorSettings.of(settings).orElseThrow(), Clock.systemUTC());
    try (MirrorServer _ =
        MirrorServer.start(MirrorServerSettings.of(settings).orElseThrow(), Clock.systemUTC())) {
      return ask(URI.create("http://127.0.0.1:%d/metrics".formatted(port))).body();
    }
  }

  private static Set<String> asked(String text) {
    return Pattern.compile("\\b(?:mtm|jvm|process)_[a-z_]+")
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Names as they stand behind TYPE, and for a histogram what its series are called. */
  private static Set<String> told(String figures) {
    Set<String> told = new TreeSet<>();
    Pattern.compile("(?m)^# TYPE ([a-z_]+) ([a-z]+)$")
        .matcher(figures)
        .results()
        .forEach(
            type -> {
              told.add(type.group(1));
              if (type.group(2).equals("histogram")) {
                List.of("_bucket", "_sum", "_count").forEach(end -> told.add(type.group(1) + end));
              }
            });
    return told;
  }
}
