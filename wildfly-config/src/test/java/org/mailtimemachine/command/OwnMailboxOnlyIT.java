package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.properties.HasAnnotations;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * Nobody learns anything of another mailbox: whatever belongs to somebody else is answered to the
 * letter as what never was, by every resource of the REST interface, also by those that come later.
 * And what is one's own comes as a file that no browser draws.
 */
@WithSharedHost
class OwnMailboxOnlyIT {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@demo.test");
  private static final MailboxAddress MARCO = MailboxAddress.of("marco@demo.test");

  private static final Set<String> READING = Set.of("jakarta.ws.rs.GET");

  private final SharedHost.Running shared;

  OwnMailboxOnlyIT(SharedHost.Running shared) {
    this.shared = shared;
  }

  @Test
  void whatBelongsToSomebodyElseLooksLikeWhatNeverWas() throws Exception {
    String snapshot = firstSnapshot(ANNA);
    String folder = firstFolder(ANNA, snapshot);
    String message = messages(ANNA, snapshot, folder).getJsonObject(0).getString("id");
    assertThat(firstSnapshot(MARCO)).isEqualTo(snapshot);
    List<String> templates = templatesWithIds();
    assertThat(templates)
        .contains(
            "snapshots/{snapshot}/folders/{folder}/messages",
            "snapshots/{snapshot}/messages/{message}/html");

    List<String> reachedByTheirOwner = new ArrayList<>();
    for (String template : templates) {
      String foreign = filled(template, snapshot, folder, message);
      String absent =
          filled(template, snapshot, UUID.randomUUID().toString(), UUID.randomUUID().toString());
      HttpResponse<byte[]> one = get(MARCO, foreign);
      HttpResponse<byte[]> other = get(MARCO, absent);

      assertThat(one.statusCode()).as(template).isEqualTo(other.statusCode()).isNotEqualTo(200);
      assertThat(text(one)).as(template).isEqualTo(text(other));
      assertThat(headers(one)).as(template).isEqualTo(headers(other));
      if (get(ANNA, foreign).statusCode() == 200) {
        reachedByTheirOwner.add(template);
      }
    }
    assertThat(reachedByTheirOwner).hasSizeGreaterThan(6); // or nothing was shown by the above
  }

  @Test
  void strangersMeetOurPagesAndNothingElseOfTheServer() throws Exception {
    try (HttpClient stranger = HttpClient.newHttpClient()) {
      for (String path : List.of("common/v1/affinity", "naming/v1/lookup/x", "txn/v1/ut/begin")) {
        HttpResponse<String> services = ask(stranger, "wildfly-services/" + path);
        HttpResponse<String> absent = ask(stranger, "never-was/" + path);

        assertThat(services.statusCode()).as(path).isEqualTo(absent.statusCode());
        assertThat(services.headers().map().keySet())
            .as(path)
            .isEqualTo(absent.headers().map().keySet());
      }
    }
  }

  private HttpResponse<String> ask(HttpClient client, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(shared.host().address().resolve(path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void attachmentsAreFilesWhateverTheyClaimToBe() throws Exception {
    String snapshot = firstSnapshot(HostileMail.MAILBOX);
    String folder = firstFolder(HostileMail.MAILBOX, snapshot);
    String message =
        "snapshots/%s/messages/%s"
            .formatted(snapshot, messageWithAttachments(snapshot, folder).getString("id"));

    for (int number = 1; number <= 2 * HostileMail.DRAWN.size(); number++) {
      HttpResponse<byte[]> file = get(HostileMail.MAILBOX, message + "/attachments/" + number);
      assertThat(file.statusCode()).as("attachment " + number).isEqualTo(200);
      assertThat(header(file, "Content-Disposition"))
          .matches(
              "attachment; filename=\"[ -~&&[^\"\\\\]]*\"; filename\\*=UTF-8''[A-Za-z0-9%._~-]+")
          .doesNotContain("..");
      assertThat(header(file, "X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(header(file, "Content-Security-Policy"))
          .isEqualTo("sandbox; default-src 'none'; frame-ancestors 'none'");
      assertThat(header(file, "Content-Type"))
          .isIn("application/octet-stream", "application/pdf", "image/png", "text/plain");
      assertThat(file.headers().firstValue("Set-Cookie").orElse("")).doesNotContain("=x");
    }
    HttpResponse<byte[]> source = get(HostileMail.MAILBOX, message + "/source");
    assertThat(header(source, "Content-Type")).startsWith("text/plain");
  }

  @Test
  void namesInArchivesStayInTheFolderTheyAreUnpackedIn() throws Exception {
    String snapshot = firstSnapshot(HostileMail.MAILBOX);
    String folder = firstFolder(HostileMail.MAILBOX, snapshot);
    String id = messageWithAttachments(snapshot, folder).getString("id");

    List<String> names = new ArrayList<>();
    names.addAll(names("snapshots/%s/messages/%s/attachments.zip".formatted(snapshot, id)));
    for (String format : List.of("eml", "mbox")) {
      names.addAll(names("snapshots/%s/archive?format=%s".formatted(snapshot, format)));
    }
    assertThat(names)
        .hasSizeGreaterThan(100)
        .allSatisfy(
            name ->
                assertThat(name)
                    .doesNotContainPattern("[\\\\:*?\"<>|]")
                    .doesNotContainPattern("(?i)(^|/)(con|aux|nul)(\\.|/|$)"));

    // Folders keep their names in a Maildir, which only systems with Maildirs unpack
    names.addAll(names("snapshots/%s/archive?format=maildir".formatted(snapshot)));
    assertThat(names)
        .allSatisfy(
            name ->
                assertThat(name)
                    .doesNotStartWith("/")
                    .doesNotContain("../", "/..", "\u202e")
                    .doesNotContainPattern("\\p{Cntrl}"));
  }

  private List<String> names(String path) throws Exception {
    HttpResponse<byte[]> answer = get(HostileMail.MAILBOX, path);
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    assertThat(header(answer, "Content-Disposition")).startsWith("attachment; ");
    List<String> names = new ArrayList<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(answer.body()))) {
      for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    return names;
  }

  /** Paths of all resources that are asked with an id, as their classes declare them. */
  private static List<String> templatesWithIds() {
    Path classes = Path.of("..", "web", "target", "classes");
    List<String> templates = new ArrayList<>();
    for (JavaClass resource : new ClassFileImporter().importPath(classes)) {
      for (JavaMethod method : resource.getMethods()) {
        if (method.getAnnotations().stream()
            .anyMatch(a -> READING.contains(a.getType().getName()))) {
          String template = path(resource) + (path(method).isEmpty() ? "" : "/" + path(method));
          templates.add(template.replaceAll(": [^}]*}", "}"));
        }
      }
    }
    templates.removeIf(template -> !template.matches(".*\\{(folder|message)}.*"));
    return templates;
  }

  private static String path(HasAnnotations<?> declared) {
    return declared
        .tryGetAnnotationOfType("jakarta.ws.rs.Path")
        .map(JavaAnnotation::getProperties)
        .map(properties -> properties.get("value").toString())
        .orElse("");
  }

  private static String filled(String template, String snapshot, String folder, String message) {
    return template
            .replace("{snapshot}", snapshot)
            .replace("{folder}", folder)
            .replace("{message}", message)
            .replaceAll("\\{[a-z]+}", "1")
        + (template.contains("archive") ? "?format=eml" : "");
  }

  private JsonObject messageWithAttachments(String snapshot, String folder) throws Exception {
    return Json.of(
            get(
                HostileMail.MAILBOX,
                "snapshots/%s/folders/%s/messages?q=All%%20attachments"
                    .formatted(snapshot, folder)))
        .asJsonObject()
        .getJsonArray("messages")
        .getJsonObject(0);
  }

  private JsonArray messages(MailboxAddress mailbox, String snapshot, String folder)
      throws Exception {
    return Json.of(get(mailbox, "snapshots/%s/folders/%s/messages".formatted(snapshot, folder)))
        .asJsonObject()
        .getJsonArray("messages");
  }

  private String firstFolder(MailboxAddress mailbox, String snapshot) throws Exception {
    return Json.of(get(mailbox, "snapshots/" + snapshot + "/folders"))
        .asJsonArray()
        .getJsonObject(0)
        .getString("id");
  }

  private String firstSnapshot(MailboxAddress mailbox) throws Exception {
    return Json.of(get(mailbox, "snapshots")).asJsonArray().getJsonObject(0).getString("name");
  }

  private HttpResponse<byte[]> get(MailboxAddress mailbox, String path) throws Exception {
    return shared.host().get(mailbox, shared.password(mailbox), path);
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static String header(HttpResponse<byte[]> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  /** All but the time. */
  private static Map<String, List<String>> headers(HttpResponse<byte[]> answer) {
    Map<String, List<String>> headers = new TreeMap<>(answer.headers().map());
    headers.remove("date");
    return headers;
  }
}
