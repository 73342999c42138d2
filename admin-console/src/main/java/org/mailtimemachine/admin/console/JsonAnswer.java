package org.mailtimemachine.admin.console;

import jakarta.json.JsonObjectBuilder;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What a page's script asks for. */
final class JsonAnswer {

  private JsonAnswer() {}

  static void send(HttpServletResponse response, JsonObjectBuilder json) throws IOException {
    byte[] body = json.build().toString().getBytes(StandardCharsets.UTF_8);
    response.setContentType("application/json");
    response.setHeader("Cache-Control", "no-store");
    response.getOutputStream().write(body);
  }
}
