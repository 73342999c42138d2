package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every real message of the corpus, seen through the REST API. */
@WithSharedHost
class CorpusIT {

  private static final int PAGE = 100;

  private final SharedHost.Running shared;

  CorpusIT(SharedHost.Running shared) {
    this.shared = shared;
  }

  @BeforeEach
  void onlyWithACorpus() {
    assumeFalse(shared.corpus().isEmpty(), "there is no corpus in ../shared/corpus");
  }

  @Test
  void everyMessageIsListedOpensAndComesBackByteForByte() throws Exception {
    String snapshot = newestSnapshot();
    List<String> ids = idsOfTheInbox(snapshot);
    List<String> originals = new ArrayList<>();
    for (Path file : shared.corpus()) {
      originals.add(digest(Files.readAllBytes(file)));
    }
    List<String> downloads = new ArrayList<>();
    for (String id : ids) {
      String message = "snapshots/" + snapshot + "/messages/" + id;
      assertThat(Json.of(get(message)).asJsonObject().getString("id")).isEqualTo(id);
      byte[] eml = bytes(message + ".eml");
      assertThat(bytes(message + "/source")).as("source of " + id).isEqualTo(eml);
      downloads.add(digest(eml));
    }
    assertThat(downloads).containsExactlyInAnyOrderElementsOf(originals);
  }

  private String newestSnapshot() throws Exception {
    return Json.of(get("snapshots")).asJsonArray().getValuesAs(JsonObject.class).stream()
        .map(each -> each.getString("name"))
        .max(String::compareTo)
        .orElseThrow();
  }

  private List<String> idsOfTheInbox(String snapshot) throws Exception {
    JsonArray folders = Json.of(get("snapshots/" + snapshot + "/folders")).asJsonArray();
    String inbox =
        folders.getValuesAs(JsonObject.class).stream()
            .filter(folder -> folder.getString("name").equals("INBOX"))
            .map(folder -> folder.getString("id"))
            .findAny()
            .orElseThrow();
    List<String> ids = new ArrayList<>();
    int total;
    do {
      JsonObject page =
          Json.of(
                  get(
                      "snapshots/%s/folders/%s/messages?offset=%d&limit=%d&sort=size&order=asc"
                          .formatted(snapshot, inbox, ids.size(), PAGE)))
              .asJsonObject();
      total = page.getInt("total");
      JsonArray messages = page.getJsonArray("messages");
      assertThat(messages).isNotEmpty();
      messages.getValuesAs(JsonObject.class).forEach(each -> ids.add(each.getString("id")));
    } while (ids.size() < total);
    assertThat(ids).doesNotHaveDuplicates().hasSize(shared.corpus().size());
    return ids;
  }

  private byte[] bytes(String path) throws Exception {
    HttpResponse<byte[]> answer = get(path);
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return answer.body();
  }

  private HttpResponse<byte[]> get(String path) throws Exception {
    return shared.host().get(SharedHost.CORPUS, shared.password(SharedHost.CORPUS), path);
  }

  private static String digest(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
