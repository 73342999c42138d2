package org.mailtimemachine.command;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Pattern;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** Asks the running server, as a Mailbox would, which of its days can be opened already. */
final class IndexedDays {

  private static final Pattern INDEXED = Pattern.compile("\"indexed\"\\s*:\\s*(true|false)");
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private final URI snapshots;
  private final MadeUpPasswords passwords;

  IndexedDays(URI server, MadeUpPasswords passwords) {
    this.snapshots = server.resolve("api/v1/snapshots");
    this.passwords = passwords;
  }

  /**
   * Returns when every Snapshot of every Mailbox is indexed.
   *
   * @throws CommandFailed where the server refuses an answer, or after fifteen minutes
   */
  void await(Progress progress) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    String said = "";
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (true) {
        long done = 0;
        long all = 0;
        for (MailboxAddress mailbox : passwords.byAddress().keySet()) {
          String answer = ask(client, mailbox);
          all += INDEXED.matcher(answer).results().count();
          done += INDEXED.matcher(answer).results().filter(r -> r.group(1).equals("true")).count();
        }
        if (done == all && all > 0) {
          return;
        }
        String now = "Indexed %d of %d mailbox days".formatted(done, all);
        if (!now.equals(said)) {
          progress.say(now);
          said = now;
        }
        if (System.nanoTime() - end > 0) {
          throw new CommandFailed(
              "The mail was not indexed in " + PATIENCE.toMinutes() + " minutes.");
        }
        Thread.sleep(Duration.ofMillis(500));
      }
    }
  }

  private String ask(HttpClient client, MailboxAddress mailbox)
      throws IOException, InterruptedException {
    String credentials = mailbox + ":" + passwords.byAddress().get(mailbox);
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(snapshots)
                .header(
                    "Authorization",
                    "Basic "
                        + Base64.getEncoder()
                            .encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                .timeout(Duration.ofSeconds(60))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new CommandFailed(
          "The server answers %d to %s for %s."
              .formatted(response.statusCode(), snapshots, mailbox));
    }
    return response.body();
  }
}
