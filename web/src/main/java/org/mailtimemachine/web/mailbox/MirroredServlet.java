package org.mailtimemachine.web.mailbox;

import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.mailtimemachine.web.mirrored.MirroredFolder;

/**
 * How many messages a mirror holds of a day that no Snapshot has: {@code day} names it, and the
 * answer is {@code {"came": 2, "since": 0, "gone": "3 messages are gone since"}}, without what that
 * day does not show, and with {@code "failed": true} for what cannot be read at the moment. The
 * page asks for it when it is there, as counting means reading mail. With {@code message} it says
 * how that one came: {@code {"received": {"when": ..., "text": ..., "url": ...}}}.
 */
@WebServlet("/api/v1/mirrored")
public class MirroredServlet extends HttpServlet {

  private final transient MirroredPane pane;
  private final transient GoneSince goneSince;
  private final transient MessageHistory history;

  @Inject
  MirroredServlet(MirroredPane pane, GoneSince goneSince, MessageHistory history) {
    this.pane = pane;
    this.goneSince = goneSince;
    this.history = history;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    JsonObjectBuilder answer = Json.createObjectBuilder();
    if (request.getParameter("message") == null) {
      add(answer, "came", MirroredFolder.CAME_AND_WENT);
      add(answer, "since", MirroredFolder.SINCE);
      if (goneSince.getCount() > 0) {
        answer.add("gone", goneSince.getLabel());
      }
    } else {
      history
          .received()
          .ifPresent(
              row ->
                  answer.add(
                      "received",
                      Json.createObjectBuilder()
                          .add("when", row.when())
                          .add("text", row.text())
                          .add("url", row.url())));
    }
    if (pane.isFailed()) {
      answer.add("failed", true);
    }
    response.setContentType("application/json");
    response.setHeader("Cache-Control", "private, no-store");
    response.setHeader(
        "Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
    response.getOutputStream().write(answer.build().toString().getBytes(StandardCharsets.UTF_8));
  }

  private void add(JsonObjectBuilder counts, String word, MirroredFolder folder) {
    OptionalInt count = pane.count(folder);
    if (count.isPresent()) {
      counts.add(word, count.getAsInt());
    }
  }
}
