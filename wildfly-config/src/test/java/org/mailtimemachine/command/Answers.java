package org.mailtimemachine.command;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** What the REST API says of the past mail of some mailboxes: days, folders, lists, messages. */
final class Answers {

  /** Whose days are many and alike are asked for on these: the oldest, some, and the newest. */
  private static final int DAYS = 3;

  private static final int MESSAGES_OF_A_FOLDER = 8;
  private static final int READERS = 4;

  private final TestHost host;
  private final MadeUpPasswords passwords;

  private Answers(TestHost host, MadeUpPasswords passwords) {
    this.host = host;
    this.passwords = passwords;
  }

  /** Question to status and digest of the answer. */
  static SortedMap<String, String> of(TestHost host, MadeUpPasswords passwords) throws Exception {
    return new Answers(host, passwords).all();
  }

  private SortedMap<String, String> all() throws Exception {
    SortedMap<String, String> answers = new ConcurrentSkipListMap<>();
    List<Future<?>> asked = new ArrayList<>();
    try (ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
      for (MailboxAddress mailbox : passwords.byAddress().keySet()) {
        List<String> days =
            json(mailbox, "snapshots", answers).getValuesAs(JsonObject.class).stream()
                .map(day -> day.getString("name"))
                .toList();
        for (int i = 0; i < Math.min(DAYS, days.size()); i++) {
          String day = days.get(i * (days.size() - 1) / Math.max(1, DAYS - 1));
          asked.add(
              readers.submit(
                  () -> {
                    day(mailbox, day, answers);
                    return null;
                  }));
        }
      }
    }
    for (Future<?> each : asked) {
      each.get();
    }
    return answers;
  }

  private void day(MailboxAddress mailbox, String day, SortedMap<String, String> answers)
      throws Exception {
    String folders = "snapshots/" + day + "/folders";
    for (JsonObject folder : json(mailbox, folders, answers).getValuesAs(JsonObject.class)) {
      String messages = folders + "/" + folder.getString("id") + "/messages";
      for (String sort : List.of("date", "from", "subject", "size")) {
        ask(mailbox, messages + "?limit=100&order=desc&sort=" + sort, answers);
      }
      ask(mailbox, messages + "?limit=100&q=re", answers);
      ask(mailbox, messages + "?limit=7&offset=7&sort=from&order=asc", answers);
      List<JsonObject> first =
          Json.of(get(mailbox, messages + "?limit=" + MESSAGES_OF_A_FOLDER))
              .asJsonObject()
              .getJsonArray("messages")
              .getValuesAs(JsonObject.class);
      for (JsonObject message : first) {
        message(mailbox, "snapshots/" + day + "/messages/" + message.getString("id"), answers);
      }
    }
  }

  private void message(MailboxAddress mailbox, String message, SortedMap<String, String> answers)
      throws Exception {
    ask(mailbox, message, answers);
    for (String part : List.of("/source", ".eml", "/html", "/attachments/1", "/attachments/2")) {
      ask(mailbox, message + part, answers);
    }
  }

  private JsonArray json(MailboxAddress mailbox, String path, SortedMap<String, String> answers)
      throws Exception {
    return Json.of(ask(mailbox, path, answers)).asJsonArray();
  }

  private HttpResponse<byte[]> ask(
      MailboxAddress mailbox, String path, SortedMap<String, String> answers) throws Exception {
    HttpResponse<byte[]> answer = get(mailbox, path);
    String digest =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(answer.body()));
    answers.put(mailbox + " " + path, answer.statusCode() + " " + digest);
    return answer;
  }

  private HttpResponse<byte[]> get(MailboxAddress mailbox, String path)
      throws IOException, InterruptedException {
    return host.get(mailbox, Objects.requireNonNull(passwords.byAddress().get(mailbox)), path);
  }
}
